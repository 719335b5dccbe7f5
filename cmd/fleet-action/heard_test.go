package main

import (
	"errors"
	"os"
	"testing"
)

// TestAReaderThatIsGoneEndsNothing, as head is once it has its lines.
func TestAReaderThatIsGoneEndsNothing(t *testing.T) {
	reads, writes, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writes.Close()
	out := &heard{to: writes}
	if n, err := out.Write([]byte("read")); n != 4 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	reads.Close()
	for range 2 {
		if n, err := out.Write([]byte("unread")); n != 6 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
}

func TestAnOutputThatCannotBeWrittenIsTold(t *testing.T) {
	out := &heard{to: writer(func([]byte) (int, error) { return 0, errors.New("no space left on device") })}
	_, err := out.Write([]byte("lost"))
	if what, next := explain(err); what != "writing the output: no space left on device" || next == "" {
		t.Errorf("%s; %s", what, next)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(content []byte) (int, error) { return w(content) }
