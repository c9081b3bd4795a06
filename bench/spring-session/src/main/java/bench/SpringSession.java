package bench;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The usual way to keep a sign-in with Spring: the account is an attribute of the session, and
/// Spring Session keeps the session in Redis. No database is asked, and no password is hashed.
@SpringBootApplication
@RestController
public class SpringSession {
    private static final String ACCOUNT = "account";

    /// Who is signed in, as the session keeps it.
    public record Account(String id, String email, String name) implements Serializable {}

    /// What a sign-in sends.
    public record Credentials(String email, String name) {}

    /// What a signed-in client is told.
    public record Session(Account account, Instant createdAt, Instant expiresAt) {}

    public static void main(String[] arguments) {
        SpringApplication.run(SpringSession.class, arguments);
    }

    /// Signs in whoever asks.
    @PostMapping("/session")
    @ResponseStatus(HttpStatus.CREATED)
    public Session signIn(@RequestBody Credentials credentials, HttpServletRequest request) {
        var earlier = request.getSession(false);
        if (earlier != null) earlier.invalidate();
        var session = request.getSession(true);
        var id = UUID.randomUUID().toString();
        session.setAttribute(ACCOUNT, new Account(id, credentials.email(), credentials.name()));
        return told(session);
    }

    /// Who is signed in.
    @GetMapping("/session")
    public ResponseEntity<Session> session(HttpServletRequest request) {
        var session = request.getSession(false);
        if (session == null || session.getAttribute(ACCOUNT) == null)
            return ResponseEntity.status(HttpStatus.UNAUTHORIZED).build();
        return ResponseEntity.ok(told(session));
    }

    private static Session told(HttpSession session) {
        return new Session(
                (Account) session.getAttribute(ACCOUNT),
                Instant.ofEpochMilli(session.getCreationTime()),
                Instant.ofEpochMilli(session.getLastAccessedTime())
                        .plusSeconds(session.getMaxInactiveInterval()));
    }
}
