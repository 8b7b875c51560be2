import DiscernTensor
import Testing

@Test func buffersAreAlignedZerosAndCopies() {
  for count in [0, 1, 17, 1000] {
    let buffer = AlignedBuffer(count: count)
    #expect(Int(bitPattern: buffer.pointer) % 64 == 0)
    #expect(buffer.elements.allSatisfy { $0 == 0 } && buffer.elements.count == count)
    for index in 0..<count { buffer.pointer[index] = Float(index) }
    let copy = AlignedBuffer(copying: buffer)
    if count > 0 { buffer.pointer[0] = -1 }
    #expect(Array(copy.elements) == (0..<count).map { Float($0) })
  }
}

@Test func workspaceHandsOutDisjointAlignedMemoryAndReusesIt() {
  let workspace = Workspace()
  func fill() -> [Matrix] {
    let matrices = (1..<200).map { workspace.matrix($0, 301) }
    for (index, matrix) in matrices.enumerated() { matrix.fill(Float(index)) }
    return matrices
  }
  for _ in 0..<3 {
    let matrices = fill()
    for (index, matrix) in matrices.enumerated() {
      #expect(Int(bitPattern: matrix.pointer) % 64 == 0)
      #expect(matrix.array.allSatisfy { $0 == Float(index) })
    }
    workspace.reset()
  }
  // From the second round on, everything lies in one piece of memory at the same place.
  let places = fill().map(\.pointer)
  workspace.reset()
  #expect(fill().map(\.pointer) == places)
  withExtendedLifetime(workspace) {
    let zeros = workspace.zeros(3, 5)
    #expect(zeros.array.allSatisfy { $0 == 0 })
  }
}

@Test func packedWeightsFollowTheirWeights() {
  var layout = ParameterLayout()
  let parameters = LinearParameters(&layout, prefix: "output", inputSize: 2, outputSize: 1)
  let bench = Bench(layout, [(parameters.weight, [1, 2])], compute: Compute(threadCount: 1))
  let x = bench.variable(RealMatrix([[10, 100]]))
  #expect(bench.value(bench.tape.linear(x, parameters)) == [210])
  bench.weights[parameters.weight].copy([3, 4])
  bench.weights.didChange()
  #expect(bench.value(bench.tape.linear(x, parameters)) == [430])
  let other = Weights(copying: bench.weights)
  other[parameters.weight].copy([5, 6])
  #expect(bench.value(bench.tape.linear(x, parameters)) == [430])
  bench.weights.update(from: other)
  #expect(bench.value(bench.tape.linear(x, parameters)) == [650])
}

@Test func aFamilyIsChosenByTheEnvironment() throws {
  #expect(try KernelFamily.requested(environment: [:]).name == KernelFamily.best.name)
  #expect(try KernelFamily.requested(environment: ["DISCERN_KERNELS": ""]).name == KernelFamily.best.name)
  for family in KernelFamily.available {
    #expect(try KernelFamily.requested(environment: ["DISCERN_KERNELS": family.name]).name == family.name)
  }
  let error = TensorError.unknownKernelFamily(
    name: "mmx", available: KernelFamily.available.map(\.name))
  #expect(throws: error) { try KernelFamily.requested(environment: ["DISCERN_KERNELS": "mmx"]) }
  #expect(error.description.contains("mmx") && error.description.contains(KernelFamily.best.name))
}

/// OpenBLAS is the choice where we have no vectors of our own, comes after them elsewhere, and is not even
/// loaded for them.
@Test func openBLASIsTheBestWhereOurOwnFamiliesHaveNoVectors() throws {
  let names = KernelFamily.available.map(\.name)
  let ownNames = KernelFamily.own.map(\.name)
  let expected = ownNames.filter { $0 != "baseline" } + ["openblas"] + ownNames.filter { $0 == "baseline" }
  #expect(names == expected)
  let openBLAS = try #require(KernelFamily.openBLAS)
  let baseline = KernelFamily.own.filter { $0.name == "baseline" }
  let vectors = KernelFamily.own.filter { $0.name != "baseline" }
  if !baseline.isEmpty {
    #expect(KernelFamily.best(of: baseline, or: openBLAS).name == "openblas")
    #expect(KernelFamily.best(of: baseline, or: nil).name == "baseline")
  }
  if !vectors.isEmpty {
    var isAsked = false
    func loaded() -> KernelFamily? {
      isAsked = true
      return openBLAS
    }
    #expect(KernelFamily.best(of: vectors + baseline, or: loaded()).name == vectors[0].name)
    #expect(!isAsked)
  }
}

@Test func everyTaskRunsOnce() {
  for threads in [1, 2, 3, 8] {
    let compute = Compute(threadCount: threads)
    for count in [0, 1, 2, 7, 1000] {
      let runs = AlignedBuffer(count: count)
      compute.forEach(count) { runs.pointer[$0] += 1 }
      #expect(runs.elements.allSatisfy { $0 == 1 })
      compute.forEachBlock(of: count, size: 3) { block in
        #expect(block.count <= 3)
        for index in block { runs.pointer[index] += 1 }
      }
      #expect(runs.elements.allSatisfy { $0 == 2 })
    }
  }
}
