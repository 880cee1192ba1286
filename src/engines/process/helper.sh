# shellcheck shell=sh
# The helper: forks the tasks, so that the server, whose memory makes each fork dear, never does. It outlives the server.
# A comment has a line of its own: those lines and the indentation are left out of what runs.

# the tasks' folder
tasks=$1
# two FIFOs
orders=$2 events=$3
boot_id=$4
# the shim's file, and the lock's
shim=$5 lock=$6
# between two looks at whether the data folder is still there
look_seconds=$7
# where the tasks' memory cgroups are; empty: nowhere
groups=$8

unset PWD OLDPWD
IFS=' '
set -f
exec 2>/dev/null

# One helper reads: `read` takes bytes, two would tear the lines. The kernel lets go of the lock when its owner is gone.
exec 6>"$lock"
flock -n 6
# flock says 1 when another has it, something else when it is not there or cannot
[ $? = 1 ] && exit

# A shell starts what it puts in the background with SIGINT and SIGQUIT ignored, and cannot undo it; `env` can.
with_signals='env --default-signal=INT,QUIT'
$with_signals true || with_signals=

# Nobody but the helper keeps the orders open for reading, or a dead one would look alive.
exec 7<>"$orders"
# A FIFO that nobody reads is waited for, for ever when the server has gone: so there is a reader while it is opened.
exec 5<>"$events"
exec 8>"$events" 5>&-
exec 9>"$orders"

# `read` waits for ever, so another shell looks whether the folder was deleted (another one may be in its place by now),
# removes the memory groups as the last tasks leave them, and then says `q` through the FIFO that both have open.
# It is a writer only: a dead helper does not look alive for it.
# shellcheck disable=SC3013
(
  # a pause in the background can be ended with the shell that waits for it
  trap 'kill "$pause"; exit' TERM
  while :; do
    sleep "$look_seconds" &
    pause=$!
    wait "$pause" || exit
    kill -0 $$ || exit
    [ "$orders" -ef /proc/self/fd/9 ] && continue
    set +f
    [ "$groups" ] && rmdir -- "$groups"/*/ "$groups"
    [ -d "$groups" ] && continue
    echo q >&9
    exit
  done
) 6>&- 7>&- 8>&- &
watcher=$!
exec 9>&-
trap 'kill "$watcher"' EXIT

# `t ID` runs a task, `x ID…` removes the folders of finished ones, `q` ends the helper; anything else does nothing.
while read -r verb ids <&7; do
  # shellcheck disable=SC2086
  case $verb in
    t) $with_signals sh "$shim" "$tasks" "$boot_id" "$ids" 6>&- 7>&- & ;;
    x) (cd "$tasks" && exec rm -rf -- $ids) 6>&- 7>&- & ;;
    q) exit ;;
  esac
  # forgets those that have ended
  jobs >/dev/null
done
