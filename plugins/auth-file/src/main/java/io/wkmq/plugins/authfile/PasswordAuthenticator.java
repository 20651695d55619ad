package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.AuthenticationResult;
import io.wkmq.plugins.api.AuthenticationResult.Reason;
import io.wkmq.plugins.api.Authenticator;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.Credentials;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks passwords against the {@link UserFile}. Thread-safe.
 *
 * <p>A check is slow on purpose, so it runs on the plugin's bounded threads. What a reconnect storm brings is fast all the same:
 * credentials that were right a moment ago are remembered, and equal ones that arrive together are checked once.
 */
final class PasswordAuthenticator implements Authenticator {
    private static final byte[] NO_PASSWORD = {};

    /** After this time in the queue nobody waits for the answer any more, with the default of {@code plugin.auth-file.timeout}. */
    private static final long WAIT_MAX_NANOS = Duration.ofSeconds(5).toNanos();

    /** What happens to a user that the file does not name. */
    enum UnknownUser {
        /** It is refused, after as long a time as a wrong password takes. */
        DENY,
        /** The next authenticator is asked, at once. */
        IGNORE
    }

    private record Attempt(CredentialsPrint print, PasswordHash expected) {}

    private final UserFile users;
    private final UnknownUser unknownUser;
    private final PasswordHash decoy;
    private final VerifiedCredentials verified;
    private final CredentialsPrint.Maker prints;
    private final Executor executor;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<Attempt, CompletableFuture<AuthenticationResult>> running =
            new ConcurrentHashMap<>();

    PasswordAuthenticator(
            UserFile users,
            UnknownUser unknownUser,
            int iterations,
            VerifiedCredentials verified,
            Executor executor,
            LongSupplier nanoTime,
            SecureRandom random) {
        this.users = users;
        this.unknownUser = unknownUser;
        this.decoy = PasswordHash.decoy(iterations, random);
        this.verified = verified;
        this.prints = new CredentialsPrint.Maker(random);
        this.executor = executor;
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean inline() {
        return true;
    }

    @Override
    public CompletionStage<AuthenticationResult> authenticate(ClientInfo client, Credentials credentials) {
        String userName = credentials.userName();
        if (userName == null || users.isEmpty()) {
            return AuthenticationResult.ignored().now();
        }
        PasswordHash stored = users.find(userName);
        if (stored == null && unknownUser == UnknownUser.IGNORE) {
            return AuthenticationResult.ignored().now();
        }
        byte[] given = credentials.password();
        byte[] password = given == null ? NO_PASSWORD : given;
        Attempt attempt = new Attempt(prints.of(userName, password), stored == null ? decoy : stored);
        if (verified.contains(attempt.print, attempt.expected)) {
            return AuthenticationResult.allowed().now();
        }
        return check(attempt, password);
    }

    private CompletionStage<AuthenticationResult> check(Attempt attempt, byte[] password) {
        CompletableFuture<AuthenticationResult> answer = new CompletableFuture<>();
        CompletableFuture<AuthenticationResult> sameAttempt = running.putIfAbsent(attempt, answer);
        if (sameAttempt != null) {
            return sameAttempt.minimalCompletionStage();
        }
        long queuedAt = nanoTime.getAsLong();
        try {
            executor.execute(() -> {
                Boolean right = null;
                try {
                    right = verify(attempt, password, queuedAt);
                } finally {
                    finish(attempt, answer, right);
                }
            });
        } catch (RejectedExecutionException e) {
            finish(attempt, answer, null);
        }
        return answer.minimalCompletionStage();
    }

    /** Whether the password is right, or null if it was not checked because that would be too late. */
    private @Nullable Boolean verify(Attempt attempt, byte[] password, long queuedAt) {
        if (nanoTime.getAsLong() - queuedAt > WAIT_MAX_NANOS) {
            return null;
        }
        boolean right = attempt.expected.verify(password);
        if (right) {
            verified.add(attempt.print, attempt.expected);
        }
        return right;
    }

    private void finish(Attempt attempt, CompletableFuture<AuthenticationResult> answer, @Nullable Boolean right) {
        running.remove(attempt);
        if (right == null) {
            answer.complete(AuthenticationResult.denied(Reason.SERVER_BUSY));
        } else if (right) {
            answer.complete(AuthenticationResult.allowed());
        } else {
            answer.complete(AuthenticationResult.denied(Reason.BAD_CREDENTIALS));
        }
    }
}
