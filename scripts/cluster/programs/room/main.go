// The room that a cluster lives in: namespaces of its own for network, processes and mounts, which end with their first process.
//
//	room new SETTINGS              makes one; prints the number of its first process when it is ready
//	room apart FOLDER...           inside: mounts of its own, these folders empty; prints the number of the process that holds them
//	room start LOG PROGRAM ARGS... inside: starts a program that nobody waits for; prints its number
//	room door LISTENS CALLS A B    a way from A in one network to B in another: see door.go
//	room idle                      does nothing but bury processes whose parents are gone
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

func main() {
	if len(os.Args) < 2 {
		fail("usage: room new|apart|start|door|idle")
	}
	args := os.Args[2:]
	switch os.Args[1] {
	case "new":
		become(unix.CLONE_NEWNET|unix.CLONE_NEWNS|unix.CLONE_NEWPID, "first", args...)
	case "first":
		private()
		check(unix.Mount("proc", "/proc", "proc", 0, ""))
		cover(args[0])
		ready()
		idle()
	case "apart":
		become(unix.CLONE_NEWNS, "holding", args...)
	case "holding":
		private()
		for _, folder := range args {
			check(unix.Mount("tmpfs", folder, "tmpfs", 0, ""))
		}
		ready()
		idle()
	case "start":
		start(args[0], args[1:])
	case "door":
		door(args)
	case "idle":
		idle()
	default:
		fail("unknown: " + os.Args[1])
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

// What is mounted from here on is nobody else's.
func private() { check(unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")) }

// A kubelet sets some parameters of the kernel that are the whole machine's: it writes them into files of the cluster instead.
var parameters = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

func cover(folder string) {
	for name, value := range parameters {
		file := filepath.Join(folder, strings.ReplaceAll(name, "/", "."))
		check(os.WriteFile(file, []byte(value+"\n"), 0o644))
		check(unix.Mount(file, "/proc/sys/"+name, "", unix.MS_BIND, ""))
	}
}

// Starts this program again in new namespaces, and waits until it says that it is ready.
func become(namespaces uintptr, as string, args ...string) {
	self, err := os.Executable()
	check(err)
	child := exec.Command(self, append([]string{as}, args...)...)
	child.SysProcAttr = &unix.SysProcAttr{Setsid: true, Cloneflags: namespaces}
	child.Stderr = os.Stderr
	said, err := child.StdoutPipe()
	check(err)
	check(child.Start())
	if _, err := said.Read(make([]byte, 1)); err != nil {
		fail("no namespaces can be made here")
	}
	fmt.Println(child.Process.Pid)
}

// Says so, and lets go of what it was started with.
func ready() {
	nothing, err := os.OpenFile("/dev/null", os.O_RDWR, 0)
	check(err)
	os.Stdout.Write([]byte("."))
	for fd := 0; fd < 3; fd++ {
		check(unix.Dup3(int(nothing.Fd()), fd, 0))
	}
}

func start(log string, command []string) {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	check(err)
	child := exec.Command(command[0], command[1:]...)
	child.Stdout, child.Stderr = file, file
	child.SysProcAttr = &unix.SysProcAttr{Setsid: true}
	check(child.Start())
	fmt.Println(child.Process.Pid)
}

func idle() {
	told := make(chan os.Signal, 16)
	signal.Notify(told, unix.SIGCHLD, unix.SIGTERM, unix.SIGINT)
	for what := range told {
		if what != unix.SIGCHLD {
			return
		}
		for {
			if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); pid <= 0 || err != nil {
				break
			}
		}
	}
}
