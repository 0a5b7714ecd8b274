using System.Text;

namespace DeviceFirmware.Factory;

/// <summary>
/// What the root's holder does instead, with openssl 3 alone: a root and an issuing certificate that boards can judge. A test runs these lines.
/// </summary>
public static class CaEquivalent
{
    /// <summary>The commands.</summary>
    /// <param name="environment">O of both subjects.</param>
    /// <param name="withRoot">True when the root is to be made anew; then the firmware is built anew too.</param>
    public static string Commands(string environment, bool withRoot)
    {
        StringBuilder script = new();
        script.Append("# The P-256 equivalent, for the root's holder. root.pass: the passphrase in its first line. issuing.csr: from `factory ca csr`.\n");
        script.Append(Configuration);
        script.Append(": > ca.index\n");
        if (withRoot)
        {
            script.Append("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes-256-cbc -pass file:root.pass -out root.key.pem\n");
            script.Append($"openssl req -new -sha256 -key root.key.pem -passin file:root.pass -subj '/O={environment}/CN={environment} factory root' -out root.csr\n");
            script.Append("openssl ca -config ca.cnf -batch -notext -selfsign -keyfile root.key.pem -passin file:root.pass -in root.csr -extensions root -enddate 99991231235959Z -out root.pem\n");
        }

        script.Append("openssl ca -config ca.cnf -batch -notext -keyfile root.key.pem -passin file:root.pass -cert root.pem -in issuing.csr -extensions issuing -enddate 99991231235959Z -out issuing.pem\n");
        script.Append("openssl verify -x509_strict -CAfile root.pem issuing.pem\n");
        return script.ToString();
    }

    private const string Configuration = """
        cat > ca.cnf <<'END'
        [ca]
        default_ca = factory
        [factory]
        database = ca.index
        new_certs_dir = .
        rand_serial = yes
        unique_subject = no
        default_md = sha256
        policy = names
        [names]
        organizationName = supplied
        commonName = supplied
        [root]
        basicConstraints = critical,CA:TRUE,pathlen:1
        keyUsage = critical,keyCertSign,cRLSign
        subjectKeyIdentifier = hash
        [issuing]
        basicConstraints = critical,CA:TRUE,pathlen:0
        keyUsage = critical,keyCertSign,cRLSign
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid:always
        END

        """;
}
