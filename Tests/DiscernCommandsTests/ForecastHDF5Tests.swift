import Foundation
import HDF5Files
import TestSupport
import Testing

#if HDF5
  private func numbers(_ file: Int64, _ path: String, _ values: [Double], chunk: UInt64 = 0) {
    hdf5_file_numbers(file, path, "<f8", UInt64(values.count), 0, values, chunk, chunk > 0 ? 4 : 0)
  }

  @Test func hdf5AndTextGiveTheSameModel() throws {
    try withTemporaryFolder { folder in
      let wave: [Double] = (0..<300).map { cos(Double($0) / 4) }
      let load: [Double] = (0..<300).map { row in
        let noise = Double(row * 7919 % 13) / 26
        return 50 + 10 * sin(Double(row) / 4) + noise
      }
      let text = "n,load,wave\n" + (0..<300).map { "\($0),\(load[$0]),\(wave[$0])\n" }.joined()
      try text.write(toFile: folder + "/t.csv", atomically: true, encoding: .utf8)
      let file = hdf5_file_begin(folder + "/t.h5")
      numbers(file, "/load", load, chunk: 64)
      numbers(file, "/wave", wave)
      numbers(file, "/n", (0..<300).map(Double.init))
      hdf5_file_end(file)
      let run = try ShellRun(
        """
        forecast() { discern forecast "$@" --threads 1 --time-column n; }
        for kind in csv h5; do
          forecast train --data t.$kind --target load --window 12 --horizon 3 --hidden 8 --epochs 2 --quiet \
            --output $kind > $kind.table || exit 1
        done
        for kind in csv h5; do
          forecast predict csv --data t.$kind --quiet > $kind.next || exit 2
          forecast evaluate h5 --data t.$kind --quiet > $kind.again || exit 3
        done
        cmp csv/weights.safetensors h5/weights.safetensors || exit 4
        cmp csv.table h5.table && cmp csv.next h5.next && cmp csv.again h5.again || exit 5
        gzip -k t.h5; forecast predict h5 --data t.h5.gz; echo "packed $?"
        forecast predict h5 --data - < t.h5; echo "stream $?"
        forecast predict h5 --data t.h5 --columns load,wav; echo "name $?"
        forecast train --data t.h5 --target /load --window 12 --horizon 3 --hidden 4 --epochs 1 --output p \
          > /dev/null; echo "path $?"
        forecast train --data t.h5 --target /lod --output none; echo "other $?"
        """, folder: folder)
      #expect(run.status == 0, "\(run.output) \(run.errors)")
      for words in ["packed 65", "stream 65", "name 65", "path 0", "other 65"] {
        #expect(run.output.contains(words))
      }
      for words in [
        "t.h5.gz: HDF5 can only be read from a plain file", "standard input: HDF5 can only be read",
        "did you mean “wave”?", "no column is named “/lod”",
      ] {
        #expect(run.errors.contains(words), "\(words): \(run.errors)")
      }
    }
  }
#else
  @Test func aBuildWithoutHDF5SaysHowToGetIt() throws {
    try withTemporaryFolder { folder in
      let head: [UInt8] = [0x89] + Array("HDF\r\n\u{1A}\n".utf8) + [UInt8](repeating: 0, count: 600)
      try Data(head).write(to: URL(fileURLWithPath: folder + "/t.h5"))
      let run = try CommandRun(
        arguments: ["forecast", "train", "--data", "t.h5", "--folds", "2"], folder: folder)
      #expect(run.status == 64 && run.errors.contains("built without HDF5"), "\(run.errors)")
      #expect(run.errors.contains("--traits HDF5"))
    }
  }
#endif
