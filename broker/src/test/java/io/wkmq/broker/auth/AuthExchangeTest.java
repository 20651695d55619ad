package io.wkmq.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.auth.AuthExchange.Continue;
import io.wkmq.broker.auth.AuthExchange.Decided;
import io.wkmq.broker.auth.ConnectDecision.Accepted;
import io.wkmq.broker.auth.ConnectDecision.Refused;
import io.wkmq.broker.plugin.HookRegistry;
import io.wkmq.broker.plugin.TestHooks;
import io.wkmq.plugins.api.AuthenticationResult;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.EnhancedAuthenticator;
import io.wkmq.session.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthExchangeTest {
    private final HookRegistry hooks = new HookRegistry();
    private final FakeTimer timer = new FakeTimer();
    private final BannedClients banned = new BannedClients(10, InstantSource.system());
    private final AccessControl control = new AccessControl(AccessSettings.DEFAULTS, hooks, banned, timer);

    @BeforeEach
    void addMethod() {
        TestHooks.method(hooks, new Password());
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void asksThenAccepts() {
        AuthExchange exchange = exchange("PLAINTEXT");
        assertThat(((Continue) step(exchange, "alice")).data()).isEqualTo(utf8("password?"));
        Decided end = (Decided) step(exchange, "wonder");
        assertThat(end.data()).isEqualTo(utf8("welcome"));
        Accepted accepted = (Accepted) end.decision();
        assertThat(accepted.client().userName()).isEqualTo("alice");
        assertThat(accepted.client().superuser()).isFalse();
    }

    @Test
    void refusesForThePluginsReason() {
        AuthExchange exchange = exchange("PLAINTEXT");
        step(exchange, "alice");
        assertThat(refusal(step(exchange, "x"))).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void knowsOnlyTheMethodsOfPlugins() {
        assertThat(control.exchange(Listeners.tcp("0.0.0.0"), Clients.remote("c"), "OTHER"))
                .isNull();
    }

    @Test
    void bannedClientsAreRefusedFirstOrWhenTheyTellTheirName() {
        banned.add(new Ban(Ban.Kind.CLIENT_ID, "c", "", null));
        assertThat(refusal(step(exchange("PLAINTEXT"), "alice"))).isEqualTo(ReasonCode.BANNED);
        banned.remove(Ban.Kind.CLIENT_ID, "c");
        banned.add(new Ban(Ban.Kind.USER_NAME, "alice", "", null));
        AuthExchange exchange = exchange("PLAINTEXT");
        step(exchange, "alice");
        assertThat(refusal(step(exchange, "wonder"))).isEqualTo(ReasonCode.BANNED);
    }

    @Test
    void anExchangeHasAnEnd() {
        AuthExchange exchange = exchange("PLAINTEXT");
        for (int i = 0; i < AuthExchange.STEPS_MAX; i++) {
            assertThat(step(exchange, "")).isInstanceOf(Continue.class);
        }
        assertThat(refusal(step(exchange, ""))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    private AuthExchange exchange(String method) {
        return Objects.requireNonNull(control.exchange(Listeners.tcp("0.0.0.0"), Clients.remote("c"), method));
    }

    private static AuthExchange.Step step(AuthExchange exchange, String data) {
        return exchange.proceed(utf8(data)).toCompletableFuture().join();
    }

    private static ReasonCode refusal(AuthExchange.Step step) {
        return ((Refused) ((Decided) step).decision()).reason();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Asks for the name, then for the password; repeats a question after an empty answer. */
    private static final class Password implements EnhancedAuthenticator {
        @Override
        public String method() {
            return "PLAINTEXT";
        }

        @Override
        public Exchange begin(ClientInfo client) {
            String[] name = {""};
            return data -> CompletableFuture.completedFuture(step(name, data));
        }

        private static Step step(String[] name, byte @Nullable [] data) {
            String text = data == null ? "" : new String(data, StandardCharsets.UTF_8);
            if (text.isEmpty() || name[0].isEmpty()) {
                name[0] = text;
                return new Challenge(utf8("password?"));
            }
            return text.equals("wonder")
                    ? new Success(new AuthenticationResult.Allowed(false, name[0], null), utf8("welcome"))
                    : new Failure(AuthenticationResult.Reason.BAD_CREDENTIALS);
        }
    }
}
