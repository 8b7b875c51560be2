import DiscernIO
import Foundation

/// Small compressed files and archives, made by Python's own libraries and the zstd program:
///
/// ```python
/// import base64, bz2, gzip, io, lzma, subprocess, tarfile, zipfile
/// text = "first line\nsecond é\n".encode()
/// def tar(members, mode):
///     out = io.BytesIO()
///     with tarfile.open(fileobj=out, mode=mode, format=tarfile.PAX_FORMAT if ':' in mode else
///     tarfile.USTAR_FORMAT) as archive:
///         for name, data in members:
///             info = tarfile.TarInfo(name)
///             if data is None: info.type = tarfile.DIRTYPE; archive.addfile(info)
///             else: info.size = len(data); archive.addfile(info, io.BytesIO(data))
///     return out.getvalue()
/// def zipped(members, seekable=True):
///     out = io.BytesIO()
///     class Pipe(io.RawIOBase):
///         def writable(self): return True
///         def write(self, b): return out.write(b)
///     with zipfile.ZipFile(out if seekable else Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
///         for name, data in members:
///             i = zipfile.ZipInfo(name); i.compress_type = zipfile.ZIP_DEFLATED
///             archive.writestr(i, data)
///     return out.getvalue()
/// folder = [("r", None), ("r/pos/1.txt", b"good"), ("r/neg/\u574f.txt", b"bad\n")]
/// files = {
///     "gzip": gzip.compress(text, mtime=0),
///     "gzipTwoMembers": gzip.compress(text[:11], mtime=0) + gzip.compress(text[11:], mtime=0),
///     "gzipTwice": gzip.compress(gzip.compress(text, mtime=0), mtime=0),
///     "gzipEmpty": gzip.compress(b"", mtime=0),
///     "xz": lzma.compress(text),
///     "bzip2": bz2.compress(text),
///     "zstandard": subprocess.run(["zstd", "-qc", "--check"], input=text, capture_output=True).stdout,
///     "zip": zipped([("a/", b""), ("a/text.txt", text)]),
///     "zipStreamed": zipped([("text.txt", text)], False),
///     "zipTwo": zipped([("one.txt", text), ("two.txt", text)]),
///     "tarGzip": gzip.compress(tar([("text.txt", text)], "w"), mtime=0),
///     "tarGzipFolder": gzip.compress(tar(folder, "w"), mtime=0),
///     "zipFolder": zipped([("r/pos/1.txt", b"good"), ("r/neg/\u574f.txt", b"bad\n")]),
///     "tarXZPax": lzma.compress(tar(folder, "w:") ),
/// }
/// ```
enum CompressedFixtures {
  /// The content of most of them.
  static let text = "first line\nsecond é\n"

  static let gzip = decoded(
    "H4sIAAAAAAACA0vLLCouUcjJzEvlKk5Nzs9LUTi8kgsAp3cjdRUAAAA=")
  static let gzipTwoMembers = decoded(
    "H4sIAAAAAAACA0vLLCouUcjJzEvlAgAQ/O+9CwAAAB+LCAAAAAAAAgMrTk3Oz0tROLySCwBs3x05CgAAAA==")
  static let gzipTwice = decoded(
    "H4sIAAAAAAACA5Pv5mAAASZm79M6WnqBJ06e8X6q5ed77rx3oMWeSdwMy8uVS0WBCgCOjXgRKQAAAA==")
  static let gzipEmpty = decoded(
    "H4sIAAAAAAACAwMAAAAAAAAAAAA=")
  static let xz = decoded(
    """
    /Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAUZmlyc3QgbGluZQpzZWNvbmQgw6kKAAAAAImZU+rjNQb1AAEtFS8LcW0ftvN9
    AQAAAAAEWVo=
    """)
  static let bzip2 = decoded(
    "QlpoOTFBWSZTWYUhrQgAAARRlAAQQAAPJZwAACAIACAAMUwAAUaNpGnkJ0GnCH58SdBdqLF3JFOFCQhSGtCA")
  static let zstandard = decoded(
    "KLUv/QRYqQAAZmlyc3QgbGluZQpzZWNvbmQgw6kK//5pzQ==")
  static let zip = decoded(
    """
    UEsDBBQAAAAIAAAAIQAAAAAAAgAAAAAAAAACAAAAYS8DAFBLAwQUAAAACAAAACEAp3cjdRcAAAAVAAAACgAAAGEvdGV4dC50
    eHRLyywqLlHIycxL5SpOTc7PS1E4vJILAFBLAQIUAxQAAAAIAAAAIQAAAAAAAgAAAAAAAAACAAAAAAAAAAAAAACAAQAAAABh
    L1BLAQIUAxQAAAAIAAAAIQCndyN1FwAAABUAAAAKAAAAAAAAAAAAAACAASIAAABhL3RleHQudHh0UEsFBgAAAAACAAIAaAAA
    AGEAAAAAAA==
    """)
  static let zipStreamed = decoded(
    """
    UEsDBBQACAAIAAAAIQAAAAAAAAAAAAAAAAAIAAAAdGV4dC50eHRLyywqLlHIycxL5SpOTc7PS1E4vJILAFBLBwindyN1FwAA
    ABUAAABQSwECFAMUAAgACAAAACEAp3cjdRcAAAAVAAAACAAAAAAAAAAAAAAAgAEAAAAAdGV4dC50eHRQSwUGAAAAAAEAAQA2
    AAAATQAAAAAA
    """)
  static let zipTwo = decoded(
    """
    UEsDBBQAAAAIAAAAIQCndyN1FwAAABUAAAAHAAAAb25lLnR4dEvLLCouUcjJzEvlKk5Nzs9LUTi8kgsAUEsDBBQAAAAIAAAA
    IQCndyN1FwAAABUAAAAHAAAAdHdvLnR4dEvLLCouUcjJzEvlKk5Nzs9LUTi8kgsAUEsBAhQDFAAAAAgAAAAhAKd3I3UXAAAA
    FQAAAAcAAAAAAAAAAAAAAIABAAAAAG9uZS50eHRQSwECFAMUAAAACAAAACEAp3cjdRcAAAAVAAAABwAAAAAAAAAAAAAAgAE8
    AAAAdHdvLnR4dFBLBQYAAAAAAgACAGoAAAB4AAAAAAA=
    """)
  static let zipFolder = decoded(
    """
    UEsDBBQAAAAIAAAAIQCSToRsBgAAAAQAAAALAAAAci9wb3MvMS50eHRLz89PAQBQSwMEFAAACAgAAAAhAD4GOhgGAAAABAAA
    AA0AAAByL25lZy/lnY8udHh0S0pM4QIAUEsBAhQDFAAAAAgAAAAhAJJOhGwGAAAABAAAAAsAAAAAAAAAAAAAAIABAAAAAHIv
    cG9zLzEudHh0UEsBAhQDFAAACAgAAAAhAD4GOhgGAAAABAAAAA0AAAAAAAAAAAAAAIABLwAAAHIvbmVnL+Wdjy50eHRQSwUG
    AAAAAAIAAgB0AAAAYAAAAAAA
    """)
  static let tarGzip = decoded(
    """
    H4sIAAAAAAACA+3NsQmAMBSE4Vc7RSaQIFHnEY0gSATzBFdyDhcz2Aj2iuD/NXdcc+pXzXVVeZBNKufOTO5pbVFe/dxrV9Vi
    rLxgidrM6VL+qR/mqGYcgs+ib6fQmX3LBAAAAAAAAAAAAAAAAADwdQecC+K2ACgAAA==
    """)
  static let tarGzipFolder = decoded(
    """
    H4sIAAAAAAACA+3UsQ3CMBCF4auZIhNw52CceYKC0mHkGIktmIDx2AMrZURD4SCU/2vuuiue3iWV6qwI3s+zWM4Pe2jtIM1R
    VnCbcp/KSdmmpNc4qdvne/5h/n6Rf9dZK42Rf3VjjINgs5JezqO+no+KH+Dr/jsLjv6v4tQPO1oAAAAAAAAAAAAAAMB/ewMp
    pmfKACgAAA==
    """)
  static let tarXZPax = decoded(
    """
    /Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4Cf/ALldADkLvBunjDREwbqTFej848CSZYUw1VVkzRf38LKjvwKeZIQjuBJgx9/c
    N/O+TOtCgScGAPb/w7TC3JwMrN09OQDzYDU1Hj1jK1n/pLSg6JuKTd3aaCI0FCoLptg45VmIV7MNsBVx7NdXF2FKHqN7XpdN
    a4iF2Jafv5Yz614iTTJGY5QjvElSIdbIq3oeXrF3SDEefWgg4VxtjbjXMeZTGItBivT8IXtOiIJPGV37nMubkfSsfhUBipGA
    AAAAAChxdZsE4yddAAHVAYBQAAB66CM9scRn+wIAAAAABFla
    """)

  private static func decoded(_ text: String) -> [UInt8] {
    [UInt8](Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
  }
}
