using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>
/// Puts all mutants of one source into it, each behind its number: the member that a mutant changes becomes
/// <c>if (Mutants.Switch.Active == 17) { changed body } else { body }</c>, a field's value likewise. So everything is compiled once for all
/// mutants, and still every mutant is exactly the changed text.
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
            string isOn = "global::Mutants.Switch.Active == " + number;
            string body = Body(changedMembers[different[0]]);
            bodies[member] = member is FieldDeclarationSyntax ? isOn + " ? " + body + " : " + rest : "if (" + isOn + ")\n" + body + "\nelse\n" + rest;
        }

        SyntaxNode woven = unit.ReplaceNodes(bodies.Keys, (member, _) => WithBody(member, bodies[member]));
        return CSharpSyntaxTree.ParseText(woven.ToFullString(), _options, path);
    }

    private static IEnumerable<MemberDeclarationSyntax> Members(CompilationUnitSyntax unit)
    {
        return unit.DescendantNodes().OfType<MemberDeclarationSyntax>()
            .Where(member => member is BaseMethodDeclarationSyntax or PropertyDeclarationSyntax { ExpressionBody: not null } or FieldDeclarationSyntax);
    }

    private static string Body(MemberDeclarationSyntax member)
    {
        return member switch
        {
            BaseMethodDeclarationSyntax { Body: BlockSyntax body } => body.ToFullString(),
            MethodDeclarationSyntax { ExpressionBody: ArrowExpressionClauseSyntax arrow } => "{ return " + arrow.Expression.ToFullString() + "; }",
            PropertyDeclarationSyntax { ExpressionBody: ArrowExpressionClauseSyntax arrow } => "{ return " + arrow.Expression.ToFullString() + "; }",
            FieldDeclarationSyntax { Declaration.Variables: [{ Initializer: EqualsValueClauseSyntax value }] } => value.Value.ToFullString(),
            _ => throw new InvalidOperationException("a member without a body: " + member),
        };
    }

    private static MemberDeclarationSyntax WithBody(MemberDeclarationSyntax member, string body)
    {
        if (member is FieldDeclarationSyntax field)
        {
            ExpressionSyntax value = field.Declaration.Variables[0].Initializer!.Value;
            return field.ReplaceNode(value, SyntaxFactory.ParseExpression(body));
        }

        BlockSyntax block = (BlockSyntax)SyntaxFactory.ParseStatement("{\n" + body + "\n}\n");
        return member switch
        {
            MethodDeclarationSyntax method => method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(block),
            BaseMethodDeclarationSyntax method => method.WithBody(block),
            PropertyDeclarationSyntax property => property
                .WithExpressionBody(null)
                .WithSemicolonToken(default)
                .WithAccessorList(SyntaxFactory.AccessorList([SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, block)])),
            _ => throw new InvalidOperationException(),
        };
    }
}
