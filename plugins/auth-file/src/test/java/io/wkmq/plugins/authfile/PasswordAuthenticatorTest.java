package io.wkmq.plugins.authfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.plugins.api.AuthenticationResult;
import io.wkmq.plugins.api.AuthenticationResult.Reason;
import io.wkmq.plugins.api.Credentials;
import io.wkmq.plugins.authfile.PasswordAuthenticator.UnknownUser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordAuthenticatorTest {
    private static final AuthenticationResult ALLOWED = AuthenticationResult.allowed();
    private static final AuthenticationResult IGNORED = AuthenticationResult.ignored();
    private static final AuthenticationResult BAD = AuthenticationResult.denied(Reason.BAD_CREDENTIALS);
    private static final AuthenticationResult BUSY = AuthenticationResult.denied(Reason.SERVER_BUSY);
    private static final int ITERATIONS = 1_000;
    private static final int QUEUE_MAX = 3;

    private final SecureRandom random = new SecureRandom();
    private final ManualExecutor executor = new ManualExecutor(QUEUE_MAX);
    private long nanos = 42;

    @TempDir
    Path directory;

    private UserFile users = new UserFile(Path.of("users"));

    @BeforeEach
    void addUsers() throws Exception {
        users = new UserFile(directory.resolve("users"));
        users.put("alice", PasswordHash.create("wonder", ITERATIONS, random), false);
    }

    @Test
    void aRightPasswordIsAllowedAWrongOneDenied() {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        CompletableFuture<AuthenticationResult> right = ask(authenticator, "alice", "wonder");
        CompletableFuture<AuthenticationResult> wrong = ask(authenticator, "alice", "wonde");
        CompletableFuture<AuthenticationResult> none = ask(authenticator, "alice", null);
        assertThat(right).isNotDone();
        executor.runAll();
        assertThat(right).isCompletedWithValue(ALLOWED);
        assertThat(wrong).isCompletedWithValue(BAD);
        assertThat(none).isCompletedWithValue(BAD);
    }

    @Test
    void anUnknownUserIsDeniedAfterACheckLikeAnyOther() {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        CompletableFuture<AuthenticationResult> unknown = ask(authenticator, "mallory", "x");
        assertThat(unknown).isNotDone();
        assertThat(executor.waiting()).isEqualTo(1);
        executor.runAll();
        assertThat(unknown).isCompletedWithValue(BAD);
    }

    @Test
    void anUnknownUserIsLeftToTheNextOneIfSoConfigured() {
        assertThat(ask(authenticator(UnknownUser.IGNORE), "mallory", "x")).isCompletedWithValue(IGNORED);
    }

    @Test
    void aClientWithoutUserNameIsLeftToTheNextOne() {
        assertThat(ask(authenticator(UnknownUser.DENY), null, null)).isCompletedWithValue(IGNORED);
    }

    @Test
    void withoutAnyUserEverybodyIsLeftToTheNextOne() throws Exception {
        users.remove("alice");
        assertThat(ask(authenticator(UnknownUser.DENY), "alice", "wonder")).isCompletedWithValue(IGNORED);
    }

    @Test
    void rightCredentialsAreRememberedForAWhile() {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        settle(authenticator, "alice", "wonder");
        nanos += Duration.ofSeconds(59).toNanos();
        assertThat(ask(authenticator, "alice", "wonder")).isCompletedWithValue(ALLOWED);
        nanos += Duration.ofSeconds(1).toNanos();
        assertThat(ask(authenticator, "alice", "wonder")).isNotDone();
    }

    @Test
    void wrongCredentialsAreNotRemembered() {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        settle(authenticator, "alice", "x");
        assertThat(ask(authenticator, "alice", "x")).isNotDone();
    }

    @Test
    void aChangedPasswordTakesEffectAtOnce() throws Exception {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        settle(authenticator, "alice", "wonder");
        users.put("alice", PasswordHash.create("land", ITERATIONS, random), true);
        assertThat(settle(authenticator, "alice", "wonder")).isEqualTo(BAD);
        assertThat(settle(authenticator, "alice", "land")).isEqualTo(ALLOWED);
    }

    @Test
    void aRemovedUserIsDeniedAtOnce() throws Exception {
        users.put("bob", PasswordHash.create("builder", ITERATIONS, random), false);
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        settle(authenticator, "alice", "wonder");
        users.remove("alice");
        assertThat(settle(authenticator, "alice", "wonder")).isEqualTo(BAD);
    }

    @Test
    void readingTheSameFileAgainForgetsNothing() throws Exception {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        settle(authenticator, "alice", "wonder");
        users.load();
        assertThat(ask(authenticator, "alice", "wonder")).isCompletedWithValue(ALLOWED);
    }

    @Test
    void equalCredentialsThatArriveTogetherAreCheckedOnce() {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        for (int i = 0; i < 100; i++) {
            assertThat(ask(authenticator, "alice", "wonder")).isNotDone();
        }
        CompletableFuture<AuthenticationResult> last = ask(authenticator, "alice", "wonder");
        assertThat(executor.waiting()).isEqualTo(1);
        executor.runAll();
        assertThat(last).isCompletedWithValue(ALLOWED);
    }

    @Test
    void userNameAndPasswordAreNotMixedUp() {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        CompletableFuture<AuthenticationResult> right = ask(authenticator, "alice", "wonder");
        CompletableFuture<AuthenticationResult> shifted = ask(authenticator, "alicew", "onder");
        assertThat(executor.waiting()).isEqualTo(2);
        executor.runAll();
        assertThat(right).isCompletedWithValue(ALLOWED);
        assertThat(shifted).isCompletedWithValue(BAD);
    }

    @Test
    void oneClientCannotTakeAnothersAnswerAway() {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        CompletableFuture<AuthenticationResult> one = ask(authenticator, "alice", "wonder");
        CompletableFuture<AuthenticationResult> other = ask(authenticator, "alice", "wonder");
        one.cancel(false);
        executor.runAll();
        assertThat(other).isCompletedWithValue(ALLOWED);
    }

    @Test
    void aFullQueueSaysBusyAndRecovers() {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        for (int i = 0; i < QUEUE_MAX; i++) {
            assertThat(ask(authenticator, "alice", "guess" + i)).isNotDone();
        }
        assertThat(ask(authenticator, "alice", "wonder")).isCompletedWithValue(BUSY);
        executor.runAll();
        assertThat(settle(authenticator, "alice", "wonder")).isEqualTo(ALLOWED);
    }

    @Test
    void aCheckThatWaitedTooLongIsNotMade() {
        PasswordAuthenticator authenticator = authenticator(UnknownUser.DENY);
        CompletableFuture<AuthenticationResult> late = ask(authenticator, "alice", "wonder");
        nanos += Duration.ofSeconds(6).toNanos();
        executor.runAll();
        assertThat(late).isCompletedWithValue(BUSY);
        assertThat(ask(authenticator, "alice", "wonder")).isNotDone();
    }

    @Test
    void rememberedCredentialsAreBounded() {
        VerifiedCredentials verified = new VerifiedCredentials(2, Duration.ofMinutes(1), () -> nanos);
        PasswordHash hash = PasswordHash.decoy(ITERATIONS, random);
        for (int i = 0; i < 5; i++) {
            verified.add(new CredentialsPrint(i, i), hash);
        }
        assertThat(verified.size()).isEqualTo(2);
        assertThat(verified.contains(new CredentialsPrint(2, 2), hash)).isFalse();
        assertThat(verified.contains(new CredentialsPrint(4, 4), hash)).isTrue();
    }

    @Test
    void aTimeOfZeroRemembersNothing() {
        VerifiedCredentials verified = new VerifiedCredentials(2, Duration.ZERO, () -> nanos);
        PasswordHash hash = PasswordHash.decoy(ITERATIONS, random);
        verified.add(new CredentialsPrint(1, 1), hash);
        assertThat(verified.size()).isZero();
    }

    private PasswordAuthenticator authenticator(UnknownUser unknownUser) {
        VerifiedCredentials verified = new VerifiedCredentials(100, Duration.ofMinutes(1), () -> nanos);
        return new PasswordAuthenticator(users, unknownUser, ITERATIONS, verified, executor, () -> nanos, random);
    }

    private AuthenticationResult settle(PasswordAuthenticator authenticator, String userName, String password) {
        CompletableFuture<AuthenticationResult> answer = ask(authenticator, userName, password);
        executor.runAll();
        return answer.join();
    }

    private static CompletableFuture<AuthenticationResult> ask(
            PasswordAuthenticator authenticator, @Nullable String userName, @Nullable String password) {
        byte[] bytes = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
        return authenticator
                .authenticate(Clients.client("c", userName), new Credentials(userName, bytes))
                .toCompletableFuture();
    }
}
