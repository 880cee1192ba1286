# jobs find their programs, and the object store, by these
envvars:
    "PATH",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_ENDPOINT_URL_S3",


rule add:
    input:
        expand("count/{word}.txt", word=["three", "four"]),
    output:
        "sum.txt",
    shell:
        "awk '{{sum += $1}} END {{print sum}}' {input} > {output}"


rule count:
    output:
        "count/{word}.txt",
    shell:
        "printf %s '{wildcards.word}' | wc -c > {output}"


rule broken:
    output:
        "broken.txt",
    shell:
        "exit 7"
