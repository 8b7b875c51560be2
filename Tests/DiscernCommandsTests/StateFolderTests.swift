import Foundation
import TestSupport
import Testing

private let model = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path

/// Folders in which a command would keep files of its own: none of them may be a model's, or an input's.
@Test func filesOfATrainingGoIntoNoModelAndNoInput() throws {
  try withTemporaryFolder { folder in
    let made = try ShellRun(
      """
      cp -r \(model) m && cp -r m n.checkpoint && mkdir -p texts/pos texts/neg bert
      touch bert/config.json bert/model.safetensors
      for i in $(seq 12); do
        echo "a fine film $i" > texts/pos/$i.txt
        echo "a poor one $i" > texts/neg/$i.txt
      done
      for i in $(seq 12); do printf 'pos\\ta fine film %d\\nneg\\ta poor one %d\\n' $i $i; done > t.tsv
      echo 'hidden: int 4 … 5' > s.yaml
      discern data pack --train t.tsv --output packed -q
      """, folder: folder)
    #expect(made.status == 0, "\(made.errors)")
    func names() throws -> [String] {
      try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
        !$0.hasSuffix(".out") && !$0.hasSuffix(".err")
      }.sorted()
    }
    let before = try names()
    let train = "train --model recurrent --epochs 1 --hidden 4 --embedding-dim 4 -q"
    for (command, words) in [
      ("\(train) --train t.tsv --output new --checkpoint m", "--checkpoint m: is a trained model;"),
      ("\(train) --train t.tsv --output new --checkpoint m/", "--checkpoint m/: is a trained model;"),
      ("\(train) --train t.tsv --output new --checkpoint m/c", "is in the folder of a trained model"),
      ("\(train) --train t.tsv --output new --checkpoint bert", "is a pretrained transformer"),
      ("\(train) --train packed --output new --checkpoint packed", "is a corpus of packed texts"),
      ("\(train) --train texts --output new --checkpoint texts/c", "is in the input folder texts"),
      ("\(train) --train t.tsv --output n", "n.checkpoint: is a trained model"),
      ("\(train) --train t.tsv --output new --tensorboard m", "--tensorboard m: is a trained model"),
      ("\(train) --train t.tsv --output new --tensorboard m/b", "is in the folder of a trained model"),
      ("\(train) --train texts --output new --tensorboard texts/b", "is in the input folder texts"),
      ("pretrain --input t.tsv --output new --checkpoint m -q", "--checkpoint m: is a trained model"),
      ("pretrain --input t.tsv --output new --checkpoint m/c -q", "is in the folder of a trained model"),
      ("pretrain --input t.tsv --output new --checkpoint new -q", "is the folder of --output"),
      ("pretrain --input t.tsv --output n -q", "n.checkpoint: is a trained model"),
      ("sweep --space s.yaml --train t.tsv --output m -q", "--output m: is a trained model"),
      ("sweep --space s.yaml --train t.tsv --output m/s -q", "is in the folder of a trained model"),
      ("sweep --space s.yaml --train texts --output texts/s -q", "is in the input folder texts"),
    ] {
      let run = try CommandRun(arguments: command.split(separator: " ").map(String.init), folder: folder)
      #expect(
        run.status == 64 && run.errors.contains(words) && run.output.isEmpty,
        "\(command): \(run.status) \(run.errors)")
      #expect(try names() == before, "\(command)")
    }
  }
}
