// swift-tools-version: 6.2
import PackageDescription

// One direction, no way back: a target imports only what is above it (see ARCHITECTURE.md).

let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let cSettings: [CSetting] = [.treatAllWarnings(as: .error)]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
    swiftSettings: swiftSettings)
}

let package = Package(
  name: "Discern",
  platforms: [.macOS(.v15)],
  products: [
    .library(
      name: "Discern",
      targets: [
        "Discern", "DiscernIO", "DiscernText", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor",
        "DiscernModels", "DiscernEvaluation", "DiscernTraining", "DiscernBundle",
      ]),
    .library(name: "DiscernExport", targets: ["DiscernExport"]),
    .library(name: "DiscernReports", targets: ["DiscernReports"]),
    .library(name: "DiscernC", type: .dynamic, targets: ["DiscernC"]),
    .executable(name: "discern", targets: ["discern-tool"]),
  ],
  traits: [
    .trait(name: "Server", description: "`discern serve`: answers over HTTP; brings SwiftNIO."),
    .trait(
      name: "MPI",
      description: "discern train --distributed mpi; needs Open MPI or MPICH (libopenmpi-dev, openmpi-bin)."),
    .trait(name: "HDF5", description: "discern forecast reads HDF5 files; needs libhdf5 (libhdf5-dev)."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    // Fetched and built with the trait alone.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .systemLibrary(
      name: "ICULibrary", pkgConfig: "icu-uc",
      providers: [.apt(["libicu-dev"]), .brew(["icu4c"])]),
    .systemLibrary(
      name: "CLibXML2", pkgConfig: "libxml-2.0",
      providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]),
    .systemLibrary(
      name: "CLibArchive", pkgConfig: "libarchive",
      providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    // Linked by tests; programs load the library when they first need it (CDiscernKernels/openblas.c).
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    // Asked for with the trait alone.
    .systemLibrary(
      name: "CLibHDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .target(
      name: "CICU", dependencies: ["ICULibrary"], cSettings: cSettings,
      linkerSettings: [.linkedLibrary("icuuc"), .linkedLibrary("icui18n")]),
    .target(name: "CDiscernKernels", cSettings: cSettings),
    .target(name: "CDiscernFiles", cSettings: cSettings),
    .target(name: "CDiscern", cSettings: cSettings),
    // Without the trait it says that there is no MPI, and nothing is linked.
    .target(
      name: "CDiscernMPI", cSettings: cSettings + [.define("DISCERN_MPI", .when(traits: ["MPI"]))],
      linkerSettings: [.linkedLibrary("mpi", .when(traits: ["MPI"]))]),

    // Without the trait it is empty.
    .target(
      name: "CDiscernHDF5",
      dependencies: [.target(name: "CLibHDF5", condition: .when(traits: ["HDF5"]))],
      cSettings: cSettings + [.define("DISCERN_HDF5", .when(traits: ["HDF5"]))]),

    library("DiscernSystem", ["CDiscernFiles"]),
    library("DiscernIO", ["DiscernSystem", "CLibArchive", "CICU", "CDiscernFiles"]),
    library("DiscernText", ["DiscernSystem", "DiscernIO", "CICU", "CLibXML2"]),
    library("DiscernVocabulary", ["DiscernSystem", "DiscernIO", "DiscernText", "CICU"]),
    library(
      "DiscernCorpus", ["DiscernSystem", "DiscernIO", "DiscernText", "DiscernVocabulary", "CDiscernHDF5"]),
    library("DiscernTensor", ["DiscernSystem", "CDiscernKernels", "DiscernIO"]),
    library("DiscernEvaluation", ["DiscernSystem", "DiscernIO"]),
    library(
      "DiscernModels",
      [
        "DiscernSystem", "DiscernIO", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor",
        "DiscernEvaluation",
      ]),
    library(
      "DiscernTraining",
      [
        "DiscernSystem", "DiscernIO", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor", "DiscernModels",
        "DiscernEvaluation",
      ]),
    library(
      "DiscernBundle",
      [
        "DiscernSystem", "DiscernIO", "DiscernText", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor",
        "DiscernModels",
        "CDiscernFiles",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    library(
      "Discern",
      [
        "DiscernSystem", "DiscernIO", "DiscernText", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor",
        "DiscernModels",
        "DiscernEvaluation", "DiscernTraining", "DiscernBundle", "CLibYAML",
      ]),
    library(
      "DiscernExport",
      [
        "DiscernSystem", "DiscernIO", "DiscernText", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor",
        "DiscernModels",
        "DiscernBundle", "Discern",
      ]),
    library(
      "DiscernReports",
      [
        "DiscernSystem", "DiscernIO", "DiscernVocabulary", "DiscernCorpus", "DiscernModels",
        "DiscernEvaluation", "DiscernTraining", "Discern", .product(name: "Crypto", package: "swift-crypto"),
      ]),
    library("DiscernDistributed", ["CDiscernMPI", "DiscernIO", "DiscernTraining"]),
    .target(
      name: "DiscernC",
      dependencies: [
        "CDiscern", "DiscernSystem", "DiscernIO", "DiscernText", "DiscernVocabulary", "DiscernCorpus",
        "DiscernTensor",
        "DiscernModels", "Discern", "DiscernExport",
      ],
      // Which names the wheel's library shows (Scripts/wheel).
      exclude: ["exports.map"], swiftSettings: swiftSettings),
    library(
      "DiscernBenchmark",
      [
        "DiscernSystem", "CDiscernKernels", "DiscernIO", "DiscernText", "DiscernVocabulary", "DiscernCorpus",
        "DiscernTensor", "DiscernModels", "DiscernTraining",
      ]),
    library(
      "DiscernServing",
      [
        "DiscernSystem", "DiscernIO", "DiscernText", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor",
        "DiscernModels",
        "Discern", "DiscernReports", .product(name: "Crypto", package: "swift-crypto"),
      ]),
    // Without the trait its sources are empty.
    library(
      "DiscernServer",
      [
        "DiscernSystem", "DiscernIO", "DiscernServing",
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Server"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["Server"])),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Server"])),
        .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Server"])),
      ]),
    library(
      "DiscernCommands",
      [
        "DiscernSystem", "DiscernIO", "DiscernText", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor",
        "DiscernModels", "DiscernEvaluation", "DiscernTraining", "DiscernBundle", "Discern", "DiscernExport",
        "DiscernReports", "DiscernBenchmark", "DiscernDistributed", "DiscernServing", "DiscernServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Server"])),
      ]),
    .executableTarget(
      name: "discern-tool", dependencies: ["DiscernCommands"], swiftSettings: swiftSettings),

    // The README's examples, compiled as an own program would be; a test holds them equal.
    .executableTarget(
      name: "example-classify", dependencies: ["Discern"], path: "Examples/Classify",
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "example-train", dependencies: ["Discern"], path: "Examples/Train", swiftSettings: swiftSettings),
    .executableTarget(
      name: "example-memory", dependencies: ["Discern"], path: "Examples/Memory",
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "example-transformer", dependencies: ["Discern"], path: "Examples/Transformer",
      swiftSettings: swiftSettings),

    // Helpers shared by the test targets: where ../shared lies, seeded random input, temporary folders.
    .target(
      name: "TestSupport", dependencies: ["CLibYAML"], path: "Tests/TestSupport", swiftSettings: swiftSettings
    ),
    // Counts what tests allocate; in its own target, so that no program counts.
    .target(name: "AllocationCount", path: "Tests/AllocationCount", cSettings: cSettings),
    // Readers of outside data as functions of bytes, for tests and for libFuzzer (Scripts/fuzz).
    .target(
      name: "FuzzedReaders",
      dependencies: [
        "Discern", "DiscernBundle", "DiscernCorpus", "DiscernIO", "DiscernServing", "DiscernText",
        "DiscernVocabulary",
      ],
      path: "Tests/FuzzedReaders", exclude: ["Seeds"], swiftSettings: swiftSettings),
    .executableTarget(
      name: "discern-fuzz", dependencies: ["FuzzedReaders"], path: "Tests/Fuzz",
      swiftSettings: swiftSettings),
    tests("FuzzedReaders"),
    tests("DiscernIO", ["DiscernSystem"]),
    tests("DiscernText"),
    tests("DiscernVocabulary", ["DiscernIO", "DiscernText"]),
    // Writes HDF5 files for tests; empty without the trait.
    .target(
      name: "HDF5Files",
      dependencies: [.target(name: "CLibHDF5", condition: .when(traits: ["HDF5"]))],
      path: "Tests/HDF5Files",
      cSettings: cSettings + [.define("DISCERN_HDF5", .when(traits: ["HDF5"]))]),
    tests("DiscernCorpus", ["DiscernIO", "DiscernText", "DiscernVocabulary", "HDF5Files"]),
    tests("DiscernTensor", ["DiscernIO", "CDiscernKernels", "COpenBLAS"]),
    tests(
      "DiscernModels",
      ["DiscernIO", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor", "DiscernEvaluation"]),
    tests("DiscernEvaluation", ["DiscernIO"]),
    tests(
      "DiscernTraining",
      [
        "AllocationCount", "DiscernIO", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor",
        "DiscernModels", "DiscernEvaluation",
      ]),
    tests("DiscernBundle", ["DiscernIO", "DiscernTensor"]),
    tests(
      "Discern",
      [
        "AllocationCount", "DiscernIO", "DiscernText", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor",
        "DiscernModels",
        "DiscernEvaluation", "DiscernTraining", "DiscernBundle",
      ]),
    tests(
      "DiscernExport",
      [
        "DiscernIO", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor", "DiscernModels",
        "DiscernBundle", "Discern",
      ]),
    tests("DiscernReports", ["CLibXML2", "DiscernEvaluation", "Discern"]),
    tests(
      "DiscernServing",
      [
        "DiscernIO", "DiscernVocabulary", "DiscernCorpus", "DiscernModels", "Discern", "DiscernReports",
      ]),
    tests(
      "DiscernServer",
      [
        "DiscernServing", "discern-tool",
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Server"])),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Server"])),
        .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Server"])),
      ]),
    tests("DiscernC", ["CDiscern", "Discern", "DiscernExport"]),
    tests(
      "DiscernBenchmark",
      [
        "DiscernText", "DiscernVocabulary", "DiscernCorpus", "DiscernTensor", "DiscernModels",
        "DiscernTraining",
      ]),
    tests(
      "DiscernCommands",
      [
        "Discern", "DiscernTraining", "discern-tool", "HDF5Files",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ]
)
