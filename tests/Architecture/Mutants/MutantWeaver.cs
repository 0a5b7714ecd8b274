using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>
/// Puts all mutants of one source into it, each behind its number: the member that a mutant changes becomes
/// <c>if (Mutants.Switch.Active == 17) { changed body } else { body }</c>. So the firmware is compiled once for all mutants, and still every
/// mutant is exactly the changed text.
/// </summary>
internal sealed class MutantWeaver
{
    private readonly CSharpParseOptions _options;

    internal MutantWeaver(CSharpParseOptions options)
    {
        _options = options;
    }

    /// <summary>The source with the given mutants in it; numbers are their places in the table, from 1.</summary>
    internal SyntaxTree Weave(string path, string source, IEnumerable<(int Number, Mutant Mutant)> mutants)
    {
        CompilationUnitSyntax unit = CSharpSyntaxTree.ParseText(source, _options, path).GetCompilationUnitRoot();
        MemberDeclarationSyntax[] members = [.. Members(unit)];
        Dictionary<MemberDeclarationSyntax, string> bodies = [];
        foreach ((int number, Mutant mutant) in mutants)
        {
            string changed = source.Replace(mutant.Find, mutant.Replacement, StringComparison.Ordinal);
            MemberDeclarationSyntax[] changedMembers = [.. Members(CSharpSyntaxTree.ParseText(changed, _options, path).GetCompilationUnitRoot())];
            int[] different = [.. Enumerable.Range(0, members.Length).Where(i => members[i].ToFullString() != changedMembers[i].ToFullString())];
            if (changedMembers.Length != members.Length || different.Length != 1)
            {
                throw new InvalidOperationException(mutant.Id + " changes " + different.Length + " members; it has to change one body");
            }

            MemberDeclarationSyntax member = members[different[0]];
            string rest = bodies.GetValueOrDefault(member) ?? Body(member);
            bodies[member] = "if (global::Mutants.Switch.Active == " + number + ")\n" + Body(changedMembers[different[0]]) + "\nelse\n" + rest;
        }

        SyntaxNode woven = unit.ReplaceNodes(bodies.Keys, (member, _) => WithBody(member, bodies[member]));
        return CSharpSyntaxTree.ParseText(woven.ToFullString(), _options, path);
    }

    private static IEnumerable<MemberDeclarationSyntax> Members(CompilationUnitSyntax unit)
    {
        return unit.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(member => member is BaseMethodDeclarationSyntax || member is PropertyDeclarationSyntax { ExpressionBody: not null });
    }

    private static string Body(MemberDeclarationSyntax member)
    {
        return member switch
        {
            BaseMethodDeclarationSyntax { Body: BlockSyntax body } => body.ToFullString(),
            PropertyDeclarationSyntax { ExpressionBody: ArrowExpressionClauseSyntax arrow } => "{ return " + arrow.Expression.ToFullString() + "; }",
            _ => throw new InvalidOperationException("a member without a body: " + member),
        };
    }

    private static MemberDeclarationSyntax WithBody(MemberDeclarationSyntax member, string body)
    {
        BlockSyntax block = (BlockSyntax)SyntaxFactory.ParseStatement("{\n" + body + "\n}\n");
        return member switch
        {
            BaseMethodDeclarationSyntax method => method.WithBody(block),
            PropertyDeclarationSyntax property => property
                .WithExpressionBody(null)
                .WithSemicolonToken(default)
                .WithAccessorList(SyntaxFactory.AccessorList([SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, block)])),
            _ => throw new InvalidOperationException(),
        };
    }
}
