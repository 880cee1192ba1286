# shellcheck shell=sh
# The shim: runs a task, and then those that take its room, one after the other. A fork and two execs (setsid, the
# command) a task; what an order costs beyond is shared by all that follow in line.
# A comment has a line of its own: those lines and the indentation are left out of what runs.
#
# Events go to descriptor 8, a line each: `r ID` it runs, `e ID` it ended.

# the tasks' folder
tasks=$1
boot_id=$2
# the task's
id=$3

unset PWD OLDPWD
IFS=' '
exec 2>/dev/null

# When nobody reads the events the write fails and that is all. Not ignored: the command would inherit that.
trap : PIPE

# Pid and start time, field 22 of the line: behind the program's name in parentheses, which may hold anything, the 20th.
read -r pid stat </proc/self/stat
# shellcheck disable=SC2086
set -- ${stat##*) }
self="$boot_id $pid ${20}"

# Where memory runs out in the group that it shares with the command the kernel is not to choose the shim, if it may say so.
read -r oom_score </proc/self/oom_score_adj
echo -1000 >/proc/self/oom_score_adj

# How many the kernel has killed in the task's memory group.
count_kills() {
  kills=0
  [ "$group" ] && while read -r name count; do [ "$name" = oom_kill ] && kills=$count; done <"$group/$kills_file"
}

# Reads the first lines of the task's `run` and does what they say: `# MEMORY [KILLS-FILE GROUP]`, with `u` at the mark and a
# second line, `# PRLIMIT LIMIT…`, where limits are asked, and `t` where the way to the command is to be tried first, by `try`: there
# are mounts, which go with it, or another user. What the kernel does not grant is left in `refusal`.
# The shim enters the group, and the command is forked inside: the kernel takes 10 to 20 ms to move a process and nothing
# to fork one, and those that follow in line share the group.
enter() {
  group='' limits='' refusal=''
  # shellcheck disable=SC2034
  {
    read -r mark memory kills_file group
    case $mark in '#u'*) read -r skipped prlimit limits ;; esac
  } <"$folder/run"
  if [ "$group" ] && [ "$group" != "$entered" ]; then
    if echo 0 >"$group/cgroup.procs"; then
      entered=$group
    else
      refusal='CannotCreateContainerError: its memory group cannot be entered'
    fi
  fi
  count_kills
  kills_before=$kills
  for limit in $limits; do
    "$prlimit" "--$limit" || refusal="CannotCreateContainerError: ulimits: this host does not grant $limit"
  done
  case $mark in
    *t)
      refused=$(sh "$folder/try" </dev/null) ||
        refusal=${refused:-CannotCreateContainerError: mountPoints: nothing can be run with these mounts}
      ;;
  esac
}

# A failed start: printed by `run`, so that the log is there when it is told, and said where the command would be.
refuse() {
  # `w`: what a `run` asks for that an earlier version wrote
  # shellcheck disable=SC1091,SC2034
  (w=$refusal && exec 9>&- && . "$folder/run")
  printf '%s\n' "failed \"$refusal\"" >&9 || exit
  echo "e $id" >&8
  return 0
}

# Descriptor 9 is `start`, made with noclobber: whoever makes it has the task, a second order does nothing. Its first line
# names the boot and this shim, its second the command. The command begins only after both are written, and never when one
# cannot be: the task is lost then, and has not run. They are short, for a shell reads a byte at a time.
run_claimed() {
  echo "$self" >&9 || exit
  (
    trap : PIPE
    read -r pid stat </proc/self/stat
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    echo "$pid ${20}" >&9 || exit
    echo "$oom_score" >/proc/self/oom_score_adj
    echo "r $id" >&8
    exec 8>&- 9>&-
    # shellcheck disable=SC1091
    . "$folder/run"
  )
  code=$?

  # What the task leaves behind is killed before the next one begins: it would count in the memory group that both share.
  # No `--` before the group's number: dash does not know it there.
  # shellcheck disable=SC2034
  { read -r pid && read -r pid stat; } <"$folder/start" || exit
  kill -9 "-$pid"
  [ "$group" ] && while read -r member; do [ "$member" = $$ ] || kill -9 "$member"; done <"$group/cgroup.procs"

  # A kill belongs to the task in whose time it fell.
  count_kills
  [ $code = 0 ] || [ "$kills" = "$kills_before" ] || code="$code oom"

  # Where `exit` finds no room it is tried again for ten minutes, for which the task counts as running.
  tries=600
  # shellcheck disable=SC2086
  until echo $code >"$folder/exit"; do
    [ -d "$folder" ] && [ $((tries -= 1)) -gt 0 ] || exit
    sleep 1
  done
  echo "e $id" >&8
  return 0
}

while :; do
  case $id in
    *[!0-9a-f]*) exit ;;
    ????????????????????????????????) folder=$tasks/$id ;;
    *) exit ;;
  esac
  set +C
  enter
  set -C
  {
    set +C
    if [ "$refusal" ]; then refuse; else run_claimed; fi
  } 9>"$folder/start" || {
    # somebody else has it; one that was recalled is passed over
    read -r mark <"$folder/start"
    [ "$mark" = recalled ] || exit
  }
  # who takes this one's room runs here and now, without asking the server
  read -r id <"$folder/next" || exit
done
