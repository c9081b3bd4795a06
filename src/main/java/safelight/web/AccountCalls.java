package safelight.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import safelight.accounts.AccountFailure;
import safelight.accounts.Accounts;
import safelight.accounts.SignIn;
import safelight.accounts.SignUp;
import safelight.accounts.Tokens;
import safelight.base.Bytes;
import safelight.base.InstanceId;
import safelight.base.TokenId;
import safelight.base.Ulids;
import safelight.web.Route.Access;

/// Sign-up, sign-in and -out, passwords, tokens.
final class AccountCalls {
    private final Accounts accounts;
    private final Tokens tokens;
    private final Doorman doorman;
    private final Bytes jsonMost;
    private final Here here;

    /// Which instance answers.
    record Here(InstanceId instance, String dataCenter) {}

    AccountCalls(Accounts accounts, Tokens tokens, Doorman doorman, Bytes jsonMost, Here here) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.doorman = doorman;
        this.jsonMost = jsonMost;
        this.here = here;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/api/v1/accounts", Access.EVERYBODY, this::signUp),
                new Route("POST", "/api/v1/session", Access.EVERYBODY, this::signIn),
                new Route("GET", "/api/v1/session", Access.SIGNED_IN, this::session),
                new Route("DELETE", "/api/v1/session", Access.EVERYBODY, this::signOut),
                new Route("DELETE", "/api/v1/sessions", Access.SIGNED_IN, this::signOutEverywhere),
                new Route("PUT", "/api/v1/account/password", Access.SIGNED_IN, this::password),
                new Route("POST", "/api/v1/tokens", Access.SIGNED_IN, this::issue),
                new Route("GET", "/api/v1/tokens", Access.SIGNED_IN, this::tokens),
                new Route("DELETE", "/api/v1/tokens/{id}", Access.SIGNED_IN, this::revoke));
    }

    private void signUp(Exchange exchange) throws IOException {
        var body = JsonBody.read(exchange, jsonMost, "email", "password", "name");
        var form = new SignUp(body.text("email"), body.text("password"), body.text("name", ""));
        body.check();
        var begun =
                accounts.signUp(form, exchange.client(), exchange.header("User-Agent").orElse(""));
        doorman.secret(exchange.raw()).ifPresent(accounts::signOut);
        exchange.setCookie(doorman.cookie(begun));
        exchange.json(201, Json.account(begun.session().account()));
    }

    private void signIn(Exchange exchange) throws IOException {
        var body = JsonBody.read(exchange, jsonMost, "email", "password");
        var email = body.text("email");
        var password = body.text("password");
        body.check();
        var begun =
                accounts.signIn(
                        email,
                        password,
                        exchange.client(),
                        exchange.header("User-Agent").orElse(""));
        doorman.secret(exchange.raw()).ifPresent(accounts::signOut);
        exchange.setCookie(doorman.cookie(begun));
        exchange.json(200, session(begun));
    }

    private void session(Exchange exchange) throws IOException {
        exchange.json(200, session(exchange.who()));
    }

    private void signOut(Exchange exchange) throws IOException {
        doorman.secret(exchange.raw()).ifPresent(accounts::signOut);
        exchange.setCookie(doorman.noCookie());
        exchange.empty(204);
    }

    private void signOutEverywhere(Exchange exchange) throws IOException {
        accounts.signOutEverywhere(exchange.who().account().id());
        exchange.setCookie(doorman.noCookie());
        exchange.empty(204);
    }

    private void password(Exchange exchange) throws IOException {
        var body = JsonBody.read(exchange, jsonMost, "current", "new");
        var current = body.text("current");
        var next = body.text("new");
        body.check();
        var begun =
                accounts.changePassword(
                        exchange.who().account(),
                        current,
                        next,
                        exchange.client(),
                        exchange.header("User-Agent").orElse(""));
        exchange.setCookie(doorman.cookie(begun));
        exchange.json(200, session(begun));
    }

    private void issue(Exchange exchange) throws IOException {
        var body = JsonBody.read(exchange, jsonMost, "name");
        var name = body.text("name");
        body.check();
        var issued = tokens.issue(exchange.who().account().id(), name);
        exchange.json(201, Json.token(issued.token()).put("secret", issued.secret()));
    }

    private void tokens(Exchange exchange) throws IOException {
        var node = Json.object();
        var list = node.putArray("tokens");
        tokens.list(exchange.who().account().id()).forEach(t -> list.add(Json.token(t)));
        exchange.json(200, node);
    }

    private void revoke(Exchange exchange) throws IOException {
        var id = exchange.parameter("id");
        if (!Ulids.isUlid(id)) throw new AccountFailure.NoSuchToken();
        tokens.revoke(exchange.who().account().id(), new TokenId(id));
        exchange.empty(204);
    }

    private ObjectNode session(SignIn.Begun begun) {
        return session(new Who(begun.session().account(), Optional.of(begun.session())));
    }

    private ObjectNode session(Who who) {
        var node = Json.object();
        node.set("account", Json.account(who.account()));
        who.session()
                .ifPresent(s ->
                        node.put("createdAt", s.created().toString())
                                .put("expiresAt", s.expires().toString()));
        return node.put("servedBy", here.instance.value()).put("dataCenter", here.dataCenter);
    }
}
