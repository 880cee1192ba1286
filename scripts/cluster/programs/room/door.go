package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// What comes to ADDRESS in one network is brought to TO in another. A network is "-", that of this process, or the number of a process
// whose it is.
func door(args []string) {
	if len(args) != 4 {
		fail("usage: room door LISTENS CALLS ADDRESS TO")
	}
	listens, calls, address, to := args[0], args[1], args[2], args[3]
	listener, err := of(listens, func() (net.Listener, error) { return net.Listen("tcp", address) })
	check(err)
	for {
		near, err := listener.Accept()
		check(err)
		go func() {
			far, err := of(calls, func() (net.Conn, error) { return net.Dial("tcp", to) })
			if err != nil {
				near.Close()
				return
			}
			join(near.(*net.TCPConn), far.(*net.TCPConn))
		}()
	}
}

// Each side hears that the other has ended, and may go on speaking.
func join(near, far *net.TCPConn) {
	ended := make(chan struct{})
	copy := func(to, from *net.TCPConn) {
		if _, err := io.Copy(to, from); err != nil {
			to.Close()
			from.Close()
		}
		to.CloseWrite()
		ended <- struct{}{}
	}
	go copy(near, far)
	go copy(far, near)
	<-ended
	<-ended
	near.Close()
	far.Close()
}

// What is opened on a thread that has entered a network stays in it; the thread is thrown away.
func of[T any](network string, open func() (T, error)) (T, error) {
	if network == "-" {
		return open()
	}
	type result struct {
		opened T
		err    error
	}
	done := make(chan result)
	go func() {
		runtime.LockOSThread()
		var r result
		if r.err = enter(network); r.err == nil {
			r.opened, r.err = open()
		}
		done <- r
	}()
	r := <-done
	return r.opened, r.err
}

func enter(pid string) error {
	namespace, err := os.Open(fmt.Sprintf("/proc/%s/ns/net", pid))
	if err != nil {
		return err
	}
	defer namespace.Close()
	return unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET)
}
