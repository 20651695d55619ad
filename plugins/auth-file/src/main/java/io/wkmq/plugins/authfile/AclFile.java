package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.AccessRequest;
import io.wkmq.plugins.api.AccessRequest.Publish;
import io.wkmq.plugins.api.AccessRequest.Subscribe;
import io.wkmq.plugins.api.Authorization;
import io.wkmq.plugins.api.Authorizer;
import io.wkmq.plugins.api.ClientInfo;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The rules of acl.conf; the first matching rule decides. Thread-safe: requests are checked against an immutable list of rules. */
final class AclFile implements Authorizer {
    private final Path file;
    private final FilterRelation toDeny;
    private volatile List<AclRule> rules = List.of();

    /**
     * Creates an empty list of rules; {@link #load} fills it.
     *
     * @param toDeny the relation to a requested filter by which a deny rule matches
     */
    AclFile(Path file, FilterRelation toDeny) {
        this.file = file;
        this.toDeny = toDeny;
    }

    Path file() {
        return file;
    }

    /** Reads the file again. If that fails the current rules stay in force. */
    synchronized void load() throws IOException, InvalidFileException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new InvalidFileException(List.of(file + ": is not UTF-8 text"));
        }
        rules = AclReader.read(file.toString(), text);
    }

    @Override
    public boolean inline() {
        return true;
    }

    @Override
    public CompletionStage<Authorization> authorize(ClientInfo client, AccessRequest request) {
        for (AclRule rule : rules) {
            if (hits(rule, client, request)) {
                return (rule.allow() ? Authorization.ALLOW : Authorization.DENY).now();
            }
        }
        return Authorization.IGNORE.now();
    }

    private boolean hits(AclRule rule, ClientInfo client, AccessRequest request) {
        if (request instanceof Publish publish) {
            return rule.hitsPublish(client, publish.topic());
        }
        return rule.hitsSubscribe(client, ((Subscribe) request).filter().filter(), toDeny);
    }
}
