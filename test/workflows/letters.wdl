version 1.0

task count_letters {
  input {
    String word
  }
  command <<<
    printf '%s' '~{word}' | wc -c
  >>>
  output {
    Int letters = read_int(stdout())
  }
  runtime {
    docker: "busybox"
    cpu: 1
    memory: "64M"
  }
}

task add {
  input {
    Array[Int] counts
    File heading
    String mark
  }
  command <<<
    # fails once: the folder is new then
    if mkdir '~{mark}'; then echo 'the first attempt fails' >&2; exit 3; fi
    { cat '~{heading}'; echo $(( ~{sep='+' counts} )); } > sum.txt
  >>>
  output {
    File sum = "sum.txt"
  }
  runtime {
    docker: "busybox"
    cpu: 1
    memory: "64M"
    maxRetries: 1
  }
}

workflow letters {
  input {
    Array[String] words
    File heading
    String mark
  }
  scatter (word in words) {
    call count_letters { input: word = word }
  }
  call add { input: counts = count_letters.letters, heading = heading, mark = mark }
  output {
    String sum = read_string(add.sum)
  }
}
