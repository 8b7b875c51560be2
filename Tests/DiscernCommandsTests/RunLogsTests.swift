import Foundation
import TestSupport
import Testing

/// Small trainings of everything but classifiers; each is a function that takes more flags.
private let trainings = """
  awk 'BEGIN {
    print "load"; for (i = 0; i < 400; i++) printf "%.4f\\n", sin(i / 4) + (i * 7919 % 13) / 40
  }' > s.csv
  for i in $(seq 60); do
    for t in card flight song taxi; do printf 'where is my %s %d\\tthis helps with a %s\\n' $t $i $t; done
  done > pairs.tsv
  for i in $(seq 60); do printf 'a good fine film number %d of the year\\n' $i; done > u.txt
  common="--epochs 3 --hidden 6 --batch-size 4 --threads 1 --quiet"
  forecast() { $go discern forecast train --data s.csv --window 12 --horizon 2 $common --patience 9 "$@"; }
  match() { $go discern match train --train pairs.tsv $common --embedding-dim 6 --size 4 --patience 9 "$@"; }
  seq2seq() { $go discern seq2seq train --train pairs.tsv $common --embedding-dim 6 --patience 9 "$@"; }
  pretrain() { $go discern pretrain --input u.txt $common --embedding-dim 6 --bptt 4 "$@"; }
  vectors() {
    $go discern pretrain --vectors-only --input u.txt --epochs 3 --batch-size 4 --threads 1 --quiet \\
      --embedding-dim 6 --bptt 4 "$@"
  }

  """

@Suite struct RunLogsTests {
  /// Killed within an epoch, or after a whole one, and resumed: the same log and the same bits.
  @Test(arguments: ["forecast", "match", "seq2seq", "pretrain", "vectors"])
  func aResumedRunHasTheSameLog(kind: String) throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        trainings + """
          \(kind) --output whole --json-log whole.log > figures 2> errors || exit 1
          lines() { cat log 2> /dev/null | grep -c '"event":"epoch"'; }
          # Stops it after so many epochs, and so many polls later.
          stopped() {
            rm -rf log m m.checkpoint
            (go=exec; \(kind) --output m --json-log log > part 2>> errors) & pid=$!
            looks=$2
            while kill -0 $pid 2> /dev/null && [ $looks -ge 0 ]; do
              [ "$(lines)" -ge $1 ] && looks=$((looks - 1))
              sleep 0.004
            done
            kill -INT $pid 2> /dev/null; wait $pid; echo "stopped $?"
          }
          for place in '1 0' '1 9' '2 0' '0 40'; do
            stopped $place
            [ -e m.checkpoint ] || continue
            cp log before
            \(kind) --output m --json-log log --resume > rest 2>> errors || exit 3
            [ -e m.checkpoint ] && exit 4
            echo resumed
            cp log "log-${place/ /-}"
            if [ -d m ]; then cmp m/weights.safetensors whole/weights.safetensors || exit 5
            else cmp m whole || exit 6; fi
          done
          """, folder: folder)
      let errors = (try? String(contentsOfFile: folder + "/errors", encoding: .utf8)) ?? ""
      #expect(run.status == 0, "\(run.output) \(run.errors) \(errors)")
      let whole = try ResumedTrainings.log(folder + "/whole.log").map(Self.withoutOutput)
      #expect(whole.count { $0.contains("\"began\"") } == 1, "\(whole)")
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("log-") {
        let log = try ResumedTrainings.log(folder + "/" + name).map(Self.withoutOutput)
        #expect(log == whole, "\(kind), \(name)")
      }
    }
  }

  private static func withoutOutput(_ line: String) -> String {
    line.replacing("\"output\":\"whole\"", with: "").replacing("\"output\":\"m\"", with: "")
  }

  @Test func pathsThatAreTheSameAreRefusedAtOnce() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        trainings + """
          for kind in forecast match seq2seq pretrain vectors; do
            $kind --output zz --json-log ./zz; echo "$kind log $?"
            $kind --output zz --json-log zz.checkpoint; echo "$kind state $?"
            $kind --output zz --json-log c --checkpoint c; echo "$kind checkpoint $?"
            $kind --output zz --resume; echo "$kind resume $?"
          done
          vectors --output - --json-log -; echo "mixed $?"
          ls
          """, folder: folder)
      for kind in ["forecast", "match", "seq2seq", "pretrain", "vectors"] {
        for words in ["log 64", "state 64", "checkpoint 64", "resume 66"] {
          #expect(run.output.contains("\(kind) \(words)\n"), "\(run.output) \(run.errors)")
        }
      }
      #expect(run.output.contains("mixed 64"))
      #expect(run.output.hasSuffix("pairs.tsv\ns.csv\nu.txt\n"), "\(run.output)")
      func count(_ words: String) -> Int { run.errors.ranges(of: words).count }
      #expect(count("--output and --json-log both write to ./zz; give them different paths") == 5)
      #expect(count("--json-log zz.checkpoint is in the checkpoint folder") == 5)
      #expect(count("leave out --resume to start over") == 5, "\(run.errors)")
    }
  }

  @Test func aForecastersFiguresGoBesideItsLog() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        trainings + """
          forecast() { discern forecast train --data s.csv --window 12 --horizon 2 $common "$@"; }
          common="--epochs 1 --hidden 4 --threads 1"
          forecast --output m --json-log - > log 2> shown || exit 1
          grep -q naive shown || exit 2
          forecast --output n --json-log file > figures 2> other || exit 3
          grep -q naive figures || exit 4
          forecast --folds 2 --json-log - > folds 2> shown || exit 5
          grep -q naive shown || exit 6
          forecast --output o --json --json-log -; echo "both $?"
          [ ! -e o ]
          """, folder: folder)
      #expect(run.status == 0 && run.output == "both 64\n", "\(run.output) \(run.errors)")
      let log = try ResumedTrainings.log(folder + "/log")
      #expect(log.first?.contains("\"began\"") == true, "\(log)")
      #expect(log.last?.contains("\"report\"") == true, "\(log)")
      #expect(try ResumedTrainings.log(folder + "/file").map { $0.replacing("\"n\"", with: "\"m\"") } == log)
      #expect(try ResumedTrainings.log(folder + "/folds").count { $0.contains("\"origin\"") } > 1)
    }
  }

  /// At a learning rate that is far too high, cells saturate and gradients vanish.
  @Test func warningsAreSentencesAndAreLogged() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        trainings + """
          for kind in seq2seq match pretrain; do
            $kind --output m-$kind --json-log $kind.log --learning-rate 9 2> $kind.errors || exit 1
          done
          """, folder: folder)
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      for kind in ["seq2seq", "match", "pretrain"] {
        let shown = try String(contentsOfFile: "\(folder)/\(kind).errors", encoding: .utf8)
          .split(separator: "\n").filter { $0.contains("the gradient of") }
        #expect(!shown.isEmpty && Set(shown).count == shown.count, "\(kind): \(shown)")
        #expect(shown.allSatisfy { $0.contains(" vanishes (") || $0.contains(" explodes (") }, "\(shown)")
        let log = try String(contentsOfFile: "\(folder)/\(kind).log", encoding: .utf8)
          .split(separator: "\n").filter { $0.contains("the gradient of") }
        #expect(log.count == shown.count && log.allSatisfy { $0.contains("\"event\":\"warning\"") })
      }
    }
  }

  @Test func runsOfOtherKindsAreListed() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        trainings + """
          mkdir runs
          for kind in forecast match seq2seq pretrain; do
            $kind --output runs/$kind --json-log runs/$kind.log > /dev/null 2>> errors || exit 1
          done
          vectors --output v.txt --json-log runs/vectors.log 2>> errors || exit 2
          forecast --folds 2 --json-log runs/folds.log > /dev/null || exit 3
          discern runs runs || exit 4
          discern runs runs --json > listing || exit 5
          discern compare runs/match.log runs/match.log; echo "compare $?"
          """, folder: folder)
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      #expect(!run.errors.contains("other file") && !run.errors.contains("left out"), "\(run.errors)")
      #expect(run.output.contains("compare 65"))
      #expect(run.errors.contains("is the training log of a matcher"), "\(run.errors)")
      let listing = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder + "/listing")))
          as? [String: Any])
      let others = try #require(listing["others"] as? [[String: Any]])
      #expect(others.count == 10 && (listing["broken"] as? [Any])?.isEmpty == true, "\(listing)")
      for (name, kind, figure) in [
        ("forecast", "forecaster", "development loss"), ("match", "matcher", "recall@1"),
        ("seq2seq", "sequences", "exact match"), ("pretrain", "pretrained", "perplexity"),
      ] {
        let pair = others.filter { ($0["path"] as? String ?? "").hasPrefix("runs/\(name)") }
        #expect(pair.count == 2 && pair.allSatisfy { $0["kind"] as? String == kind }, "\(others)")
        #expect(pair.allSatisfy { $0["epochs"] as? Int == 3 && $0["outcome"] as? String == "completed" })
        let figures = pair.compactMap { $0["figure"] as? [String: Any] }
        #expect(figures.count == 2 && figures.allSatisfy { $0["name"] as? String == figure })
        #expect(figures.first?["value"] as? Double == figures.last?["value"] as? Double)
        #expect(run.output.contains("\nlog, \(kind)") || run.output.contains("log, \(kind)"), "\(run.output)")
      }
      #expect(others.contains { $0["kind"] as? String == "vectors" })
      #expect(others.contains { $0["origins"] as? Int == 2 }, "\(others)")
    }
  }
}
