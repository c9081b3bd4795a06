package safelight.archive;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.TokenId;
import safelight.catalog.Token;

/// A row of tokens.jsonl.
final class TokenLine {
    private TokenLine() {}

    static Token read(Fields line) {
        return new Token(
                new TokenId(line.text("id")),
                new AccountId(line.text("account")),
                line.text("name"),
                new Digest(line.text("secretDigest")),
                line.instant("created"),
                line.maybeInstant("used"));
    }

    static ObjectNode write(Token token) {
        var line =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", token.id().value())
                        .put("account", token.account().value())
                        .put("name", token.name())
                        .put("secretDigest", token.secret().hex())
                        .put("created", token.created().toString());
        token.used().ifPresent(used -> line.put("used", used.toString()));
        return line;
    }
}
