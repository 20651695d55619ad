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
 * <p>A check is slow by design and therefore runs on the plugin's bounded threads. Reconnect storms are still handled quickly:
 * recently verified credentials are cached, and equal credentials that arrive concurrently are checked once.
 */
final class PasswordAuthenticator implements Authenticator {
    private static final byte[] NO_PASSWORD = {};

    /** The time in the queue after which nobody waits for the answer, given the default of {@code plugin.auth-file.timeout}. */
    private static final long WAIT_MAX_NANOS = Duration.ofSeconds(5).toNanos();

    /** The treatment of users not in the file. */
    enum UnknownUser {
        /** Refuses the client, after the time that checking a wrong password takes. */
        DENY,
        /** Asks the next authenticator, at once. */
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

    /** Returns whether the password is right; null if it was not checked because it is too late. */
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
