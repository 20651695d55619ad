package io.wkmq.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.auth.ConnectDecision.Accepted;
import io.wkmq.broker.auth.ConnectDecision.Refused;
import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.plugin.HookRegistry;
import io.wkmq.broker.plugin.TestHooks;
import io.wkmq.plugins.api.AuthenticationResult;
import io.wkmq.plugins.api.AuthenticationResult.Allowed;
import io.wkmq.plugins.api.AuthenticationResult.Reason;
import io.wkmq.plugins.api.Authenticator;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.Credentials;
import io.wkmq.session.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessControlTest {
    private static final Credentials ALICE = new Credentials("alice", "wonder".getBytes(StandardCharsets.UTF_8));
    private static final ListenerConfig PUBLIC = Listeners.tcp("0.0.0.0");

    private final HookRegistry hooks = new HookRegistry();
    private final FakeTimer timer = new FakeTimer();
    private Instant now = Instant.EPOCH;
    private final BannedClients banned = new BannedClients(10, () -> now);
    private final List<String> asked = new ArrayList<>();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void theFirstThatHasSomethingToSayDecides() {
        TestHooks.authenticators(
                hooks,
                answering("one", AuthenticationResult.ignored()),
                answering("two", AuthenticationResult.allowed()),
                answering("three", AuthenticationResult.denied(Reason.BANNED)));
        assertThat(accepted(connect(PUBLIC, Clients.remote("c"), ALICE)).userName())
                .isEqualTo("alice");
        assertThat(asked).containsExactly("one", "two");
    }

    @Test
    void theChainGoesOnWhenALateAnswerComes() {
        CompletableFuture<AuthenticationResult> late = new CompletableFuture<>();
        TestHooks.authenticators(
                hooks, (client, credentials) -> late, answering("two", AuthenticationResult.allowed()));
        CompletableFuture<ConnectDecision> decision = control(AccessSettings.DEFAULTS)
                .authenticate(PUBLIC, null, Clients.remote("c"), ALICE)
                .toCompletableFuture();
        assertThat(decision).isNotDone();
        assertThat(asked).isEmpty();
        late.complete(AuthenticationResult.ignored());
        assertThat(accepted(decision.join()).userName()).isEqualTo("alice");
    }

    @ParameterizedTest
    @CsvSource({
        "BAD_CREDENTIALS,    BAD_USER_NAME_OR_PASSWORD",
        "NOT_AUTHORIZED,     NOT_AUTHORIZED",
        "BANNED,             BANNED",
        "SERVER_BUSY,        SERVER_BUSY",
        "SERVER_UNAVAILABLE, SERVER_UNAVAILABLE",
    })
    void aDenialEndsTheChain(Reason reason, ReasonCode code) {
        TestHooks.authenticators(
                hooks,
                answering("one", AuthenticationResult.denied(reason)),
                answering("two", AuthenticationResult.allowed()));
        AccessSettings open = settings(true, true);
        ConnectDecision decision = control(open)
                .authenticate(PUBLIC, null, Clients.remote("c"), ALICE)
                .toCompletableFuture()
                .join();
        assertThat(refused(decision)).isEqualTo(code);
        assertThat(asked).containsExactly("one");
    }

    @Test
    void anAuthenticatorMayRenameMountAndElevate() {
        TestHooks.authenticator(hooks, new Allowed(true, "alice@example", "tenants/%u/"));
        Accepted accepted = (Accepted) connect(Listeners.mounted("ignored/"), Clients.remote("c"), ALICE);
        assertThat(accepted.client().userName()).isEqualTo("alice@example");
        assertThat(accepted.client().superuser()).isTrue();
        assertThat(accepted.mountpoint()).isEqualTo("tenants/alice@example/");
    }

    @Test
    void nobodyIsASuperuserByClaim() {
        TestHooks.authenticator(hooks, AuthenticationResult.allowed());
        ClientInfo claimed = Clients.remote("c").as("root", true);
        assertThat(accepted(connect(PUBLIC, claimed, ALICE)))
                .isEqualTo(Clients.remote("c").as("alice", false));
    }

    @ParameterizedTest
    @CsvSource({
        // bound to,   from,      anonymous, anonymous on loopback, accepted
        "0.0.0.0,      192.0.2.7, false,     true,  false",
        "0.0.0.0,      127.0.0.1, false,     true,  false",
        "127.0.0.1,    127.0.0.1, false,     true,  true",
        "127.0.0.2,    127.0.0.1, false,     true,  true",
        "::1,          ::1,       false,     true,  true",
        "localhost,    127.0.0.1, false,     true,  true",
        "127.0.0.1,    192.0.2.7, false,     true,  false", // behind a proxy
        "127.0.0.1,    127.0.0.1, false,     false, false",
        "loopback.example, 127.0.0.1, false, true,  false",
        "0.0.0.0,      192.0.2.7, true,      false, true",
    })
    void anonymousClients(String host, String peer, boolean anonymous, boolean onLoopback, boolean accepted) {
        ConnectDecision decision = control(settings(anonymous, onLoopback))
                .authenticate(Listeners.tcp(host), null, Clients.from(peer, "c", null), Credentials.NONE)
                .toCompletableFuture()
                .join();
        if (accepted) {
            assertThat(accepted(decision).userName()).isNull();
        } else {
            assertThat(refused(decision)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }

    @Test
    void aUnixSocketIsLocal() {
        assertThat(accepted(connect(Listeners.unix(), Clients.overUnixSocket(), Credentials.NONE)))
                .isEqualTo(Clients.overUnixSocket());
    }

    @Test
    void anAnonymousClientDoesNotKeepTheUserNameItClaims() {
        TestHooks.authenticator(hooks, AuthenticationResult.ignored());
        Accepted accepted = (Accepted) control(settings(true, true))
                .authenticate(PUBLIC, null, Clients.remote("c"), ALICE)
                .toCompletableFuture()
                .join();
        assertThat(accepted.client().userName()).isNull();
    }

    @Test
    void anUnknownUserIsToldTheSameAsOneWithAWrongPassword() {
        TestHooks.authenticator(hooks, AuthenticationResult.ignored());
        assertThat(refused(connect(PUBLIC, Clients.remote("c"), ALICE)))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void aCertifiedNameIsAuthentication() {
        TestHooks.authenticators(hooks, answering("one", AuthenticationResult.denied(Reason.BAD_CREDENTIALS)));
        ConnectDecision decision = control(AccessSettings.DEFAULTS)
                .authenticate(PUBLIC, "device-7", Clients.remote("c"), ALICE)
                .toCompletableFuture()
                .join();
        assertThat(accepted(decision).userName()).isEqualTo("device-7");
        assertThat(asked).isEmpty();
    }

    @Test
    void bansComeFirst() {
        TestHooks.authenticators(hooks, answering("one", AuthenticationResult.allowed()));
        banned.add(new Ban(Ban.Kind.CLIENT_ID, "bad", "", null));
        banned.add(new Ban(Ban.Kind.USER_NAME, "alice", "", now.plusSeconds(60)));
        banned.add(new Ban(Ban.Kind.IP_ADDRESS, "192.0.2.66", "", null));
        banned.add(new Ban(Ban.Kind.USER_NAME, "device-7", "", null));
        Credentials bob = new Credentials("bob", null);

        assertThat(refused(connect(PUBLIC, Clients.remote("bad"), bob))).isEqualTo(ReasonCode.BANNED);
        assertThat(refused(connect(PUBLIC, Clients.remote("c"), ALICE))).isEqualTo(ReasonCode.BANNED);
        assertThat(refused(connect(PUBLIC, Clients.from("192.0.2.66", "c", null), bob)))
                .isEqualTo(ReasonCode.BANNED);
        assertThat(refused(control(AccessSettings.DEFAULTS)
                        .authenticate(PUBLIC, "device-7", Clients.remote("c"), bob)
                        .toCompletableFuture()
                        .join()))
                .isEqualTo(ReasonCode.BANNED);
        assertThat(asked).isEmpty();

        accepted(connect(PUBLIC, Clients.remote("c"), bob));
        now = now.plusSeconds(60);
        accepted(connect(PUBLIC, Clients.remote("c"), ALICE));
    }

    @Test
    void aBannedUserDoesNotComeInUnderAnAlias() {
        TestHooks.authenticator(hooks, new Allowed(false, "mallory", null));
        banned.add(new Ban(Ban.Kind.USER_NAME, "mallory", "", null));
        assertThat(refused(connect(PUBLIC, Clients.remote("c"), ALICE))).isEqualTo(ReasonCode.BANNED);
    }

    @ParameterizedTest
    @CsvSource({
        "'',            dev, dev",
        "plain/,        dev, plain/",
        "c/%c/u/%u/,    dev, c/dev/u/alice/",
        "100%/%x/%%c/%, dev, 100%/%x/%dev/%",
    })
    void mountpointsAreExpanded(String mountpoint, String clientId, String expected) {
        TestHooks.authenticator(hooks, AuthenticationResult.allowed());
        Accepted accepted = (Accepted) connect(Listeners.mounted(mountpoint), Clients.remote(clientId), ALICE);
        assertThat(accepted.mountpoint()).isEqualTo(mountpoint.isEmpty() ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource({"c/%c/, a/b", "c/%c/, +", "c/%c/, #", "c/%c/, a+b"})
    void aNameMustNotLeadOutOfItsMountpoint(String mountpoint, String clientId) {
        TestHooks.authenticator(hooks, AuthenticationResult.allowed());
        assertThat(refused(connect(Listeners.mounted(mountpoint), Clients.remote(clientId), ALICE)))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void anAnonymousClientHasNoMountpointByUser() {
        ConnectDecision decision = control(settings(true, true))
                .authenticate(Listeners.mounted("u/%u/"), null, Clients.remote("c"), Credentials.NONE)
                .toCompletableFuture()
                .join();
        assertThat(refused(decision)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void countsDecisions() {
        AccessControl control = control(AccessSettings.DEFAULTS);
        TestHooks.authenticators(
                hooks,
                (client, credentials) -> (credentials.userName() == null
                                ? AuthenticationResult.ignored()
                                : AuthenticationResult.allowed())
                        .now());
        var accepted = control.authenticate(PUBLIC, null, Clients.remote("c"), ALICE);
        var anonymous = control.authenticate(Listeners.tcp("127.0.0.1"), null, Clients.local("c"), Credentials.NONE);
        var refused = control.authenticate(PUBLIC, null, Clients.remote("c"), Credentials.NONE);
        assertThat(List.of(accepted, anonymous, refused))
                .allMatch(stage -> stage.toCompletableFuture().isDone());
        assertThat(control.counts()).isEqualTo(new AccessCounts(1, 1, 1, 0, 0));
    }

    @Test
    void closingStopsTheClock() {
        AccessControl control = control(AccessSettings.DEFAULTS);
        assertThat(timer.getQueue()).hasSize(1);
        control.close();
        assertThat(timer.getQueue()).isEmpty();
    }

    private AccessControl control(AccessSettings settings) {
        return new AccessControl(settings, hooks, banned, timer);
    }

    private ConnectDecision connect(ListenerConfig listener, ClientInfo client, Credentials credentials) {
        return control(AccessSettings.DEFAULTS)
                .authenticate(listener, null, client, credentials)
                .toCompletableFuture()
                .join();
    }

    private Authenticator answering(String name, AuthenticationResult result) {
        return (client, credentials) -> {
            asked.add(name);
            return result.now();
        };
    }

    private static AccessSettings settings(boolean anonymous, boolean anonymousOnLoopback) {
        return new AccessSettings(anonymous, anonymousOnLoopback, false, true, 32, Duration.ofMinutes(1));
    }

    private static ClientInfo accepted(ConnectDecision decision) {
        assertThat(decision).isInstanceOf(Accepted.class);
        return ((Accepted) decision).client();
    }

    private static ReasonCode refused(ConnectDecision decision) {
        assertThat(decision).isInstanceOf(Refused.class);
        return ((Refused) decision).reason();
    }
}
