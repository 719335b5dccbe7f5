package simulator

import (
	"container/heap"
	"time"
)

// due is something that happens at a time. Of two at the same time the one that was planned first happens first.
type due struct {
	at     time.Time
	serial int
	happen func()
}

type queue []due

// Len is for container/heap, as are the next four.
func (q queue) Len() int { return len(q) }

// Swap exchanges two elements.
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Less orders by time, then by when it was planned.
func (q queue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].serial < q[j].serial
	}
	return q[i].at.Before(q[j].at)
}

// Push appends an element.
func (q *queue) Push(x any) { *q = append(*q, x.(due)) }

// Pop removes the last element, which heap.Pop has made the earliest.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// Now returns the world's time.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// AdvanceTo lets the world go on until t: everything planned up to and at t happens, in order, each at its own time. A
// t that has passed does nothing.
func (w *World) AdvanceTo(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.settle(t)
	if t.After(w.now) {
		w.now = t
	}
}

// settle lets everything happen that is planned up to and at t.
func (w *World) settle(t time.Time) {
	for len(w.queue) > 0 && !w.queue[0].at.After(t) {
		next := heap.Pop(&w.queue).(due)
		if next.at.After(w.now) {
			w.now = next.at
		}
		next.happen()
	}
}

// plan lets something happen after a while.
func (w *World) plan(after time.Duration, happen func()) {
	w.serial++
	heap.Push(&w.queue, due{at: w.now.Add(after), serial: w.serial, happen: happen})
}

// Next returns when something is planned to happen next.
func (w *World) Next() (at time.Time, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		return time.Time{}, false
	}
	return w.queue[0].at, true
}
