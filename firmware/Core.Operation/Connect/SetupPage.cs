using System;
using System.Text;

namespace DeviceFirmware.Connect
{
    /// <summary>As much of HTTP/1.1 (RFC 9112) as one page with one form needs: GET / shows it, POST /network sends it.</summary>
    public static class SetupPage
    {
        /// <summary>The longest request, bytes, head and body.</summary>
        public const int MaximumRequest = 2048;

        private const string Form =
            "<!doctype html><meta name=viewport content=\"width=device-width\"><title>Setup</title><h1>Network of this board</h1><form method=post action=/network><p>Setup password (label) <input name=setup autocomplete=off>"
            + "<p>Network <input name=ssid maxlength=32><p>Password <input name=password type=password maxlength=63><p><button>Set</button></form>";

        /// <summary>The offset of the body of a POST to /network; -1 for another request.</summary>
        public static int BodyOf(byte[] request)
        {
            if (request is null)
            {
                throw new ArgumentNullException(nameof(request));
            }

            if (!StartsWith(request, "POST /network HTTP/1."))
            {
                return -1;
            }

            for (int i = 0; i + 3 < request.Length; i++)
            {
                if (request[i] == 13 && request[i + 1] == 10 && request[i + 2] == 13 && request[i + 3] == 10)
                {
                    return i + 4;
                }
            }

            return -1;
        }

        /// <summary>True when the request asks for the page.</summary>
        public static bool IsForPage(byte[] request)
        {
            return StartsWith(request, "GET / HTTP/1.");
        }

        /// <summary>The page.</summary>
        public static byte[] Page()
        {
            return Response("200 OK", Form);
        }

        /// <summary>The answer to a form: a token, never what was sent.</summary>
        public static byte[] Answer(SetupCheck check)
        {
            if (check is null)
            {
                throw new ArgumentNullException(nameof(check));
            }

            return Response(check.Verdict == SetupVerdict.Accepted ? "200 OK" : "403 Forbidden", "<p>" + check.Token);
        }

        /// <summary>The answer to everything else.</summary>
        public static byte[] NotFound()
        {
            return Response("404 Not Found", "");
        }

        private static byte[] Response(string status, string html)
        {
            return Encoding.UTF8.GetBytes("HTTP/1.1 " + status + "\r\nContent-Type: text/html\r\nCache-Control: no-store\r\nContent-Length: " + html.Length.ToString()
                + "\r\nConnection: close\r\n\r\n" + html);
        }

        private static bool StartsWith(byte[] request, string text)
        {
            if (request is null || request.Length < text.Length)
            {
                return false;
            }

            for (int i = 0; i < text.Length; i++)
            {
                if (request[i] != text[i])
                {
                    return false;
                }
            }

            return true;
        }
    }
}
