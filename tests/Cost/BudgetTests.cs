using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;

namespace DeviceFirmware.Tests.Cost;

/// <summary>The cost of each operation, held against its budget.</summary>
[TestClass]
public sealed class BudgetTests
{
    /// <summary>Nothing costs more than it did when its cost was accepted.</summary>
    [TestMethod]
    public void NothingExceedsItsBudget()
    {
        Budgets budgets = Budgets.Read(File.ReadAllText(Budgets.File));
        string excess = string.Concat(Operations.All.Select(operation => budgets.Excess(operation.Name, operation.Measure())));
        Assert.AreEqual("", excess);
        CollectionAssert.AreEqual(Operations.All.Select(operation => operation.Name).ToArray(), budgets.Names.ToArray(), "an operation or a budget too many");
    }

    /// <summary>Two runs count the same.</summary>
    [TestMethod]
    public void CountsAreExact()
    {
        foreach (Operation operation in Operations.All.Where(operation => operation.Name is "sign" or "sha256-block" or "first-boot"))
        {
            Measurement first = operation.Measure();
            Measurement second = operation.Measure();
            Assert.IsGreaterThan(0, first.Instructions);
            Assert.AreEqual(Describe(first), Describe(second), operation.Name);
        }
    }

    /// <summary>A loop counted by hand: comparing one byte more takes 19 instructions, 10 to take the difference in, 4 to step, 5 to test and jump.</summary>
    [TestMethod]
    public void ALoopIsCountedAsByHand()
    {
        Operation oneMore = new("", 0, () => Compare(101), () => Compare(100));
        Assert.AreEqual(19, oneMore.Measure().Instructions);

        static Action Compare(int length)
        {
            byte[] bytes = new byte[length];
            return () => DeviceFirmware.Crypto.FixedTime.AreEqual(bytes, bytes);
        }
    }

    /// <summary>32 bytes take 60, as measured on the real CLR.</summary>
    [TestMethod]
    public void AnArrayTakesWhatItDoesOnTheBoard()
    {
        byte[] data = new byte[32];
        Measurement copy = Measurement.Of(() => DeviceFirmware.Bytes.ByteArray.Slice(data, 0, data.Length));
        Assert.AreEqual((1, 60, 60), (copy.Allocations, copy.Bytes, copy.Largest));
    }

    /// <summary>A method that grew is named, and one percent is forgiven.</summary>
    [TestMethod]
    public void AnExcessNamesTheMethodThatGrew()
    {
        Budgets budgets = Budgets.Read(Budgets.Write([("op", Cost(("A.F", 900, 60), ("A.G", 100, 0)))]));
        Assert.AreEqual("", budgets.Excess("op", Cost(("A.F", 900, 60), ("A.G", 110, 0))));
        Assert.AreEqual("op: 1,020 instructions, budget 1,000. Grew:\n    A.G: 100 -> 120\n", budgets.Excess("op", Cost(("A.F", 900, 60), ("A.G", 120, 0))));
        Assert.AreEqual("op: 120 bytes, budget 60. Grew:\n    A.H: 0 -> 60\n", budgets.Excess("op", Cost(("A.F", 900, 60), ("A.H", 10, 60))));
        Assert.AreEqual("other has no budget", budgets.Excess("other", Cost()));
    }

    /// <summary>The code that is measured is the code that a board gets: the same instructions in every method.</summary>
    [TestMethod]
    public void TheMeasuredCodeIsTheBoards()
    {
        using ModuleDefinition measured = WovenCore.Read();
        Dictionary<string, string> here = BoardCode.Methods(measured);
        string[] names = [BoardCode.Crypto, "DeviceFirmware.Core", "DeviceFirmware.Core.Operation"];
        Dictionary<string, string> board = [];
        foreach (string name in names)
        {
            using ModuleDefinition module = BoardCode.Read(name);
            foreach ((string method, string code) in BoardCode.Methods(module))
            {
                board.Add(method, code);
            }
        }

        Assert.IsGreaterThan(300, board.Count);
        Assert.AreEqual("", string.Join('\n', board.Keys.Except(here.Keys).Concat(here.Keys.Except(board.Keys)).Order(StringComparer.Ordinal)), "in one of both only");
        Assert.AreEqual("", string.Join('\n', board.Keys.Where(method => board[method] != here[method]).Select(m => m + "\n" + Difference(board[m], here[m]))), "not the same code");
    }

    /// <summary>Core.Crypto fits beside the rest in what the platform allows an assembly.</summary>
    [TestMethod]
    public void CoreCryptoKeepsToItsSize()
    {
        (int il, int data) = BoardCode.Size(BoardCode.Crypto);
        Assert.IsLessThanOrEqualTo(BoardCode.CryptoGoal, il + data);
    }

    private static string Difference(string board, string here)
    {
        (string[] b, string[] h) = (board.Split('\n'), here.Split('\n'));
        int first = Enumerable.Range(0, Math.Min(b.Length, h.Length)).FirstOrDefault(i => b[i] != h[i]);
        return $"    {b.Length} / {h.Length} instructions; first: {b[first]} / {h[first]}";
    }

    private static string Describe(Measurement m) => $"{m.Instructions} {m.Calls} {m.Allocations} {m.Bytes} {m.Largest}\n" + string.Join('\n', m.Methods);

    private static Measurement Cost(params (string Method, long Instructions, long Bytes)[] methods)
    {
        MethodCost[] costs = [.. methods.Select(m => new MethodCost(m.Method, 1, m.Instructions, 0, m.Bytes))];
        return new Measurement(costs.Sum(cost => cost.Instructions), 0, 0, costs.Sum(cost => cost.Bytes), 0, costs);
    }
}
