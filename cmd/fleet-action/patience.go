package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	patienceBegins = 3 * time.Second  // for so long nobody wonders
	patienceSays   = 10 * time.Second // once in such a time
)

// patience says why nothing is seen while a fleet is read: Azure takes only so many requests at a time.
type patience struct {
	to   io.Writer // nil: nobody looks on
	now  func() time.Time
	wait func(ctx context.Context, until time.Time) error

	mutex   sync.Mutex
	reading bool
	next    time.Time // nothing is said before
}

// reads is told that a fleet is being read, until done is called.
func (p *patience) reads() (done func()) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.reading, p.next = true, p.now().Add(patienceBegins)
	return func() {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		p.reading = false
	}
}

// until waits, and says so.
func (p *patience) until(ctx context.Context, until time.Time) error {
	p.say(until)
	return p.wait(ctx, until)
}

func (p *patience) say(until time.Time) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	now := p.now()
	if p.to == nil || !p.reading || now.Before(p.next) {
		return
	}
	p.next = now.Add(patienceSays)
	fmt.Fprintf(p.to, "Reading the fleet: Azure takes so many requests at a time, and the next is sent at %s.\n", until.UTC().Format("15:04:05Z"))
}
