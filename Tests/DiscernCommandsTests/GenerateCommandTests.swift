import Foundation
import TestSupport
import Testing

private let texts = """
  for i in $(seq 60); do echo 'one two three four five'; echo 'two three four five'; done > t.txt
  learn() {
    discern pretrain --input t.txt --hidden 12 --embedding-dim 8 --epochs 12 --batch-size 8 --bptt 4 \\
      --learning-rate 0.02 --quiet "$@"
  }

  """

@Test func eachLineGoesOnInALine() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      texts + """
        learn --threads 1 --output p || exit 1
        learn --threads 3 --output p3 || exit 2
        cmp p/next-words.safetensors p3/next-words.safetensors || exit 3
        printf 'one two\\n\\nTHREE\\nnine\\n' > lines
        discern generate p --greedy < lines
        echo ---
        printf 'one\\nb\\0d\\ntwo three four' | discern generate p --greedy; echo "status $?"
        echo ---
        discern generate p --greedy --prompt 'one two' --prompt 'two three four' --max-tokens 2 --format jsonl
        discern generate p --seed 3 --threads 1 < lines > one || exit 4
        discern generate p --seed 3 --threads 3 lines > three || exit 5
        cmp one three || exit 6
        [ "$(wc -l < one)" = 4 ] || exit 7
        discern generate p < /dev/null
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let parts = run.output.components(separatedBy: "---\n")
    let lines = parts[0].components(separatedBy: "\n")
    #expect(lines.count == 5, "\(lines)")
    #expect(lines[0] == "three four five" && lines[2] == "four five", "\(lines)")
    #expect(lines[1].hasSuffix("two three four five"), "\(lines)")
    #expect(parts[1] == "two three four five\n\nfive\nstatus 65\n", "\(parts[1])")
    #expect(run.errors.contains("1 line not continued: NUL byte at standard input:2"), "\(run.errors)")
    let objects = try parts[2].split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.map { $0["text"] as? String } == ["three four", "five"], "\(parts[2])")
    #expect(objects.map { $0["hasEnded"] as? Bool } == [false, true], "\(parts[2])")
    #expect(objects.map { $0["prompt"] as? [String] } == [["one", "two"], ["two", "three", "four"]])
    #expect(objects.allSatisfy { ($0["logProbability"] as? Double ?? 1) < 0 })
  }
}

/// A folder without next-word weights can still start a training, and the error names what is missing.
@Test func foldersOfEarlierVersionsSayWhatTheyLack() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      texts + """
        learn --threads 1 --output p || exit 1
        cp -r p old; rm old/next-words.safetensors
        python3 - <<'END' || exit 0
        import hashlib, json
        manifest = json.load(open("old/manifest.json"))
        del manifest["files"]["next-words.safetensors"]
        text = json.dumps(manifest)
        open("old/manifest.json", "w").write(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        open("old/manifest.sha256", "w").write(digest + "  manifest.json\\n")
        END
        for i in $(seq 20); do printf 'pos\\tone two %d good\\nneg\\tfour five %d bad\\n' $i $i; done > l.tsv
        discern train --train l.tsv --pretrained old --epochs 1 --threads 1 --quiet --output m || exit 2
        for choice in "--prompt one" "--top-p 0" "--temperature 0" "--greedy --top-k 3" "--max-tokens 0" \\
            "--prompt x lines"; do
          discern generate old $choice < /dev/null; echo "$choice: $?"
        done
        discern generate m --prompt one; echo "model: $?"
        discern generate none --prompt one; echo "none: $?"
        cp -r p cut; head -c 900 p/next-words.safetensors > cut/next-words.safetensors
        discern generate cut --prompt one; echo "cut: $?"
        """, folder: folder)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    if run.output.isEmpty { return }
    for words in [
      "--prompt one: 65", "--top-p 0: 64", "--temperature 0: 64", "--greedy --top-k 3: 64",
      "--max-tokens 0: 64", "--prompt x lines: 64", "none: 66", "cut: 65",
    ] {
      #expect(run.output.contains(words), "\(words): \(run.output) \(run.errors)")
    }
    for words in [
      "next-words.safetensors", "an earlier version", "--top-p 0.0: expected", "--greedy does not sample",
    ] {
      #expect(run.errors.contains(words), "\(words): \(run.errors)")
    }
  }
}
