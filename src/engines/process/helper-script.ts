/**
 * The helper: a POSIX shell that forks the tasks, so that the server, whose memory makes each fork dear, never does.
 * It outlives the server. Its arguments: the tasks' folder, the orders' and the events' FIFO, the boot's id, the shim's
 * file, the lock's, how many seconds lie between two looks at whether its folder is still there, and where the tasks'
 * memory cgroups are (empty: nowhere). When the folder is gone it removes them, and stays until the last task has left its own.
 *
 * Orders, a line each: `t ID` runs a task, `x ID…` removes the folders of finished ones, `q` ends the helper. Anything
 * else does nothing. A kernel lock sees to it that one helper reads: `read` takes bytes, two would tear the lines.
 * Nobody but the helper keeps the orders' FIFO open for reading: a shim that did would make a dead helper look alive.
 *
 * `read` waits for ever, so another shell looks whether the folder was deleted (another one may be in its place), and then says `q`
 * through the FIFO that both have open. It is a writer only: a dead helper does not look alive for it.
 *
 * A shell starts what it puts in the background with SIGINT and SIGQUIT ignored, and cannot undo it; `env` can.
 */
export const HELPER_SCRIPT = `
T=$1 O=$2 E=$3 B=$4 S=$5 L=$6 W=$7 G=$8
unset PWD OLDPWD
IFS=' '
set -f
exec 2>/dev/null 6>"$L"
flock -n 6
[ $? = 1 ] && exit
D='env --default-signal=INT,QUIT'
$D true || D=
exec 7<>"$O" 8>"$E"
(
  while sleep "$W"; do
    kill -0 $$ || exit
    [ "$O" -ef /proc/self/fd/9 ] && continue
    set +f
    [ "$G" ] && rmdir -- "$G"/*/ "$G"
    [ -d "$G" ] && continue
    echo q >&9
    exit
  done
) 6>&- 7>&- 8>&- 9>"$O" &
w=$!
trap 'kill "$w"' EXIT

while read -r verb ids <&7; do
  case $verb in
    t) $D sh "$S" "$T" "$B" "$ids" 6>&- 7>&- & ;;
    x) (cd "$T" && exec rm -rf -- $ids) 6>&- 7>&- & ;;
    q) exit ;;
  esac
  jobs >/dev/null
done
`;

/**
 * The shim: runs a task, and then those that take its room. Its arguments: the tasks' folder, the boot's id, the task.
 * Events, written to descriptor 8, a line each: `r ID` it runs, `e ID` it ended. When nobody reads them the write
 * fails and that is all: SIGPIPE is caught (not ignored: the command would inherit that).
 *
 * A task's `start` is made with noclobber: whoever makes it has the task, a second order does nothing. Its first line
 * names the boot and this shim, its second the command, both by pid and start time; the command begins only after both
 * are written, and never when one of them cannot be: the task is lost then, and has not run. They are short, for a shell
 * reads a byte at a time. `exit` holds the exit code and a line feed; where it finds no room it is
 * tried again for ten minutes, for which the task counts as running. `next` names the task that takes this one's room: it is run here
 * and now, without asking the server. One that was taken back is passed over.
 *
 * The first line of a task's `run` names its memory group. The shim enters it and the command is forked inside: the
 * kernel takes 10 to 20 ms to move a process and nothing to fork one, and those that follow in line share the group
 * (see `memory`). So the shim, where it may, keeps the kernel from choosing it when memory runs out there; and it counts
 * what the kernel killed, before and after: `exit` says `oom` behind the code then.
 *
 * After `#u` the second line names prlimit and the limits asked, each of which is tried. A limit or a group that the kernel
 * refuses is a failed start: the shim writes that where the claim would be, and has `run` print it.
 *
 * What a task leaves behind is killed before the next one begins: it would count in the memory group that both share. No
 * \`--\` before the group's number: dash does not know it there.
 *
 * A fork and two execs (setsid, the command) a task; what an order costs beyond is shared by all that follow in line.
 */
export const SHIM_SCRIPT = `
T=$1 B=$2 id=$3
unset PWD OLDPWD
IFS=' '
exec 2>/dev/null
trap : PIPE
read -r p s </proc/self/stat
set -- \${s##*) }
S="$B $p \${20}"
read -r O </proc/self/oom_score_adj
echo -1000 >/proc/self/oom_score_adj

kills() {
  k=0
  [ "$g" ] && while read -r m n; do [ "$m" = oom_kill ] && k=$n; done <"$g/$f"
}

enter() {
  g= u= w=
  { read -r m n f g; [ "$m" = '#u' ] && read -r m P u; } <"$d/run"
  if [ "$g" ] && [ "$g" != "$G" ]; then
    if echo 0 >"$g/cgroup.procs"; then G=$g; else w='CannotCreateContainerError: its memory group cannot be entered'; fi
  fi
  kills
  K=$k
  for l in $u; do
    "$P" "--$l" || w="CannotCreateContainerError: ulimits: this host does not grant $l"
  done
}

refuse() {
  echo "failed \\"$w\\"" >"$d/start" || return
  (. "$d/run")
  echo "e $id" >&8
  return 0
}

claim() {
  set +C
  echo "$S" >&9 || exit
  (
    trap : PIPE
    read -r p s </proc/self/stat
    set -- \${s##*) }
    echo "$p \${20}" >&9 || exit
    echo "$O" >/proc/self/oom_score_adj
    echo "r $id" >&8
    exec 8>&- 9>&-
    . "$d/run"
  )
  c=$?
  { read -r p && read -r p s; } <"$d/start" || exit
  kill -9 "-$p"
  [ "$g" ] && while read -r m; do [ "$m" = $$ ] || kill -9 "$m"; done <"$g/cgroup.procs"
  kills
  [ $c = 0 ] || [ "$k" = "$K" ] || c="$c oom"
  n=600
  until echo $c >"$d/exit"; do
    [ -d "$d" ] && [ $((n -= 1)) -gt 0 ] || exit
    sleep 1
  done
  echo "e $id" >&8
  return 0
}

while :; do
  case $id in
    *[!0-9a-f]*) exit ;;
    ????????????????????????????????) d=$T/$id ;;
    *) exit ;;
  esac
  set +C
  enter
  set -C
  if [ "$w" ]; then refuse; else { claim; } 9>"$d/start"; fi || {
    read -r s <"$d/start"
    [ "$s" = recalled ] || exit
  }
  read -r id <"$d/next" || exit
done
`;
