package safelight.web;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import safelight.accounts.AccountFailure;
import safelight.accounts.Accounts;
import safelight.accounts.SignIn;
import safelight.accounts.Tokens;

/// Tells who sends a request, by cookie or token, and keeps other sites' pages out.
///
/// The cookie has the `__Host-` prefix, Secure, HttpOnly and SameSite=Lax; browsers and curl take
/// http on loopback for secure. On plain http from elsewhere no cookie of ours would come back, so
/// that set-up needs TLS in front, or tokens.
///
/// Cross-site requests are refused by Sec-Fetch-Site, and by Origin where a browser does not send
/// that (OWASP, "Cross-Site Request Forgery Prevention"); programs send neither.
final class Doorman {
    private static final String COOKIE = "__Host-safelight";
    private static final String BEARER = "Bearer ";
    private static final Pattern DEFAULT_PORT = Pattern.compile(":(80|443)$");
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final Accounts accounts;
    private final Tokens tokens;
    private final WebSettings settings;

    Doorman(Accounts accounts, Tokens tokens, WebSettings settings) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.settings = settings;
    }

    /// Who sends this, if anybody known. A token goes before a cookie.
    Optional<Who> recognize(Request request) {
        var header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (header != null) {
            if (!header.startsWith(BEARER)) throw new AccountFailure.NotSignedIn();
            return tokens.recognize(header.substring(BEARER.length()).strip())
                    .map(a -> new Who(a, Optional.empty()));
        }
        return secret(request)
                .flatMap(accounts::recognize)
                .map(s -> new Who(s.account(), Optional.of(s)));
    }

    /// The cookie's secret, if there is one.
    Optional<String> secret(Request request) {
        return Request.getCookies(request).stream()
                .filter(c -> c.getName().equals(COOKIE))
                .map(HttpCookie::getValue)
                .findFirst();
    }

    /// Lets through what a page of ours or a program sends.
    ///
    /// @throws WebFailure.CrossSite for a change that another site's page asks for
    void refuseCrossSite(Request request) {
        if (SAFE.contains(request.getMethod())) return;
        var headers = request.getHeaders();
        if (headers.contains(HttpHeader.AUTHORIZATION)) return;
        var site = headers.get("Sec-Fetch-Site");
        if (site != null) {
            if (!OWN.contains(site)) throw new WebFailure.CrossSite();
            return;
        }
        var origin = headers.get(HttpHeader.ORIGIN);
        if (origin != null && !isOwn(origin, request)) throw new WebFailure.CrossSite();
    }

    /// The cookie that carries a new session.
    HttpCookie cookie(SignIn.Begun begun) {
        return HttpCookie.build(COOKIE, begun.secret())
                .path("/")
                .secure(true)
                .httpOnly(true)
                .sameSite(HttpCookie.SameSite.LAX)
                .maxAge(begun.lasts().toSeconds())
                .build();
    }

    /// The cookie that takes a session away.
    HttpCookie noCookie() {
        return HttpCookie.build(COOKIE, "")
                .path("/")
                .secure(true)
                .httpOnly(true)
                .sameSite(HttpCookie.SameSite.LAX)
                .maxAge(0)
                .build();
    }

    /// The client's address: the last one in X-Forwarded-For that no trusted load balancer has, if
    /// the request came through one.
    String client(Request request) {
        var direct = Request.getRemoteAddr(request);
        if (!settings.trusted().contains(direct)) return direct;
        List<String> hops = request.getHeaders().getCSV(HttpHeader.X_FORWARDED_FOR, true);
        for (var hop : hops.reversed()) if (!settings.trusted().contains(hop)) return hop;
        return direct;
    }

    /// Compares hosts and ports alone: behind a load balancer the schemes may differ.
    private static boolean isOwn(String origin, Request request) {
        int scheme = origin.indexOf("://");
        var host = request.getHeaders().get(HttpHeader.HOST);
        return scheme > 0
                && host != null
                && DEFAULT_PORT
                        .matcher(origin.substring(scheme + 3))
                        .replaceFirst("")
                        .equalsIgnoreCase(DEFAULT_PORT.matcher(host).replaceFirst(""));
    }
}
