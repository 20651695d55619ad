package io.wkmq.broker.auth;

import static io.wkmq.broker.auth.AccessDecision.Decided.ALLOWED;
import static io.wkmq.broker.auth.AccessDecision.Decided.DENIED;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.auth.AccessDecision.Decided;
import io.wkmq.broker.auth.AccessDecision.Pending;
import io.wkmq.broker.plugin.HookRegistry;
import io.wkmq.broker.plugin.TestHooks;
import io.wkmq.plugins.api.AccessRequest;
import io.wkmq.plugins.api.Authorization;
import io.wkmq.plugins.api.Authorizer;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientAccessTest {
    private static final TopicName TOPIC = TopicName.of("sensors/1");
    private static final Qos QOS = Qos.AT_LEAST_ONCE;
    private static final ClientInfo CLIENT = Clients.remote("c");

    private final HookRegistry hooks = new HookRegistry();
    private final FakeTimer timer = new FakeTimer();
    private final Deque<Runnable> loop = new ArrayDeque<>();
    private final List<AccessRequest> asked = new ArrayList<>();
    private final AccessControl control =
            control(new AccessSettings(false, false, false, true, 3, Duration.ofMinutes(1)));

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void whatNobodyDecidesIsUpToTheConfiguration() {
        TestHooks.authorizers(hooks, answering(Authorization.IGNORE));
        assertThat(open(control).publish(TOPIC, QOS, false)).isEqualTo(DENIED);
        AccessControl lenient = control(new AccessSettings(false, false, true, true, 3, Duration.ofMinutes(1)));
        assertThat(open(lenient).publish(TOPIC, QOS, false)).isEqualTo(ALLOWED);
    }

    @Test
    void theFirstAuthorizerThatHasSomethingToSayDecides() {
        TestHooks.authorizers(
                hooks, answering(Authorization.IGNORE), answering(Authorization.DENY), answering(Authorization.ALLOW));
        assertThat(open(control).subscribe(SubscriptionFilter.parse("$share/g/a/#"), QOS))
                .isEqualTo(DENIED);
        AccessRequest request = new AccessRequest.Subscribe(SubscriptionFilter.parse("$share/g/a/#"), QOS);
        assertThat(asked).containsExactly(request, request);
        assertThat(control.counts().deniedSubscribes()).isEqualTo(1);
    }

    @Test
    void aSuperuserMayDoEverything() {
        TestHooks.authorizers(hooks, answering(Authorization.DENY));
        ClientAccess access = control.open(CLIENT.as("root", true), loop::add);
        assertThat(access.publish(TOPIC, QOS, true)).isEqualTo(ALLOWED);
        assertThat(access.subscribe(SubscriptionFilter.parse("#"), QOS)).isEqualTo(ALLOWED);
        assertThat(asked).isEmpty();
    }

    @Test
    void decisionsAboutPublishingAreRemembered() {
        TestHooks.authorizers(hooks, answering(Authorization.ALLOW));
        ClientAccess access = open(control);
        for (int i = 0; i < 10; i++) {
            assertThat(access.publish(TopicName.of("sensors/1"), QOS, false)).isEqualTo(ALLOWED);
            assertThat(access.publish(TopicName.of("sensors/2"), QOS, false)).isEqualTo(ALLOWED);
        }
        assertThat(asked).hasSize(2);
    }

    @Test
    void denialsAreRememberedAndCounted() {
        TestHooks.authorizers(hooks, answering(Authorization.DENY));
        ClientAccess access = open(control);
        for (int i = 0; i < 10; i++) {
            assertThat(access.publish(TOPIC, QOS, false)).isEqualTo(DENIED);
        }
        assertThat(asked).hasSize(1);
        assertThat(control.counts().deniedPublishes()).isEqualTo(10);
    }

    @Test
    void eachQosAndRetainIsADecisionOfItsOwn() {
        TestHooks.authorizer(hooks, (client, request) -> {
            asked.add(request);
            AccessRequest.Publish publish = (AccessRequest.Publish) request;
            return publish.retain() || publish.qos() == Qos.EXACTLY_ONCE ? Authorization.DENY : Authorization.ALLOW;
        });
        ClientAccess access = open(control);
        for (int i = 0; i < 3; i++) {
            for (Qos qos : Qos.values()) {
                assertThat(access.publish(TOPIC, qos, true)).isEqualTo(DENIED);
                assertThat(access.publish(TOPIC, qos, false)).isEqualTo(qos == Qos.EXACTLY_ONCE ? DENIED : ALLOWED);
            }
        }
        assertThat(asked).hasSize(6);
    }

    @Test
    void aDecisionIsForgottenAfterItsTime() {
        TestHooks.authorizers(hooks, answering(Authorization.ALLOW));
        ClientAccess access = open(control);
        access.publish(TOPIC, QOS, false);
        advance(60);
        access.publish(TOPIC, QOS, false);
        assertThat(asked).hasSize(1);
        advance(1);
        access.publish(TOPIC, QOS, false);
        assertThat(asked).hasSize(2);
        advance(60);
        access.publish(TOPIC, QOS, false);
        assertThat(asked).hasSize(2);
    }

    @Test
    void theLeastRecentlyUsedTopicIsForgottenFirst() {
        TestHooks.authorizers(hooks, answering(Authorization.ALLOW));
        ClientAccess access = open(control);
        for (String topic : List.of("a", "b", "c", "a", "d", "a", "c", "d")) {
            access.publish(TopicName.of(topic), QOS, false);
        }
        assertThat(asked).hasSize(4);
        access.publish(TopicName.of("b"), QOS, false);
        assertThat(asked).hasSize(5);
    }

    @Test
    void longTopicsAreNotRemembered() {
        TestHooks.authorizers(hooks, answering(Authorization.ALLOW));
        ClientAccess access = open(control);
        TopicName topic = TopicName.of("x".repeat(60_000));
        access.publish(topic, QOS, false);
        access.publish(topic, QOS, false);
        assertThat(asked).hasSize(2);
    }

    @Test
    void subscriptionsAreJudgedEachTime() {
        TestHooks.authorizers(hooks, answering(Authorization.ALLOW));
        ClientAccess access = open(control);
        access.subscribe(SubscriptionFilter.parse("a"), QOS);
        access.subscribe(SubscriptionFilter.parse("a"), QOS);
        assertThat(asked).hasSize(2);
    }

    @Test
    void nothingIsRememberedIfTheCacheIsOff() {
        TestHooks.authorizers(hooks, answering(Authorization.ALLOW));
        ClientAccess access = open(control(new AccessSettings(false, false, false, false, 3, Duration.ofMinutes(1))));
        access.publish(TOPIC, QOS, false);
        access.publish(TOPIC, QOS, false);
        assertThat(asked).hasSize(2);
    }

    @Test
    void everythingIsForgottenWhenRulesOrPluginsChange() {
        Authorization[] answer = {Authorization.ALLOW};
        TestHooks.authorizer(hooks, (client, request) -> answer[0]);
        ClientAccess access = open(control);
        assertThat(access.publish(TOPIC, QOS, false)).isEqualTo(ALLOWED);
        answer[0] = Authorization.DENY;
        assertThat(access.publish(TOPIC, QOS, false)).isEqualTo(ALLOWED);
        TestHooks.changed(hooks);
        assertThat(access.publish(TOPIC, QOS, false)).isEqualTo(DENIED);
        answer[0] = Authorization.IGNORE;
        TestHooks.authorizers(hooks, answering(Authorization.ALLOW));
        assertThat(access.publish(TOPIC, QOS, false)).isEqualTo(ALLOWED);
    }

    @Test
    void aLateDecisionIsCompletedOnTheLoopAndRemembered() {
        CompletableFuture<Authorization> late = new CompletableFuture<>();
        TestHooks.authorizers(hooks, (client, request) -> late);
        ClientAccess access = open(control);
        CompletableFuture<Decided> decision = pending(access.publish(TOPIC, QOS, false));
        late.complete(Authorization.ALLOW);
        assertThat(decision).isNotDone();
        loop.remove().run();
        assertThat(decision).isCompletedWithValue(ALLOWED);
        assertThat(access.publish(TOPIC, QOS, false)).isEqualTo(ALLOWED);
        assertThat(asked).isEmpty();
    }

    @Test
    void aLateDecisionOfOldRulesIsNotRemembered() {
        CompletableFuture<Authorization> late = new CompletableFuture<>();
        List<CompletableFuture<Authorization>> answers =
                new ArrayList<>(List.of(late, CompletableFuture.completedFuture(Authorization.DENY)));
        TestHooks.authorizers(hooks, (client, request) -> answers.remove(0));
        ClientAccess access = open(control);
        CompletableFuture<Decided> decision = pending(access.publish(TOPIC, QOS, false));
        TestHooks.changed(hooks);
        assertThat(access.publish(TOPIC, QOS, false)).isEqualTo(DENIED);
        late.complete(Authorization.ALLOW);
        loop.remove().run();
        assertThat(decision).isCompletedWithValue(ALLOWED);
        assertThat(access.publish(TOPIC, QOS, false)).isEqualTo(DENIED);
    }

    @Test
    void lateDenialsAreCounted() {
        CompletableFuture<Authorization> late = new CompletableFuture<>();
        TestHooks.authorizers(hooks, (client, request) -> late);
        CompletableFuture<Decided> publish = pending(open(control).publish(TOPIC, QOS, false));
        CompletableFuture<Decided> subscribe = pending(open(control).subscribe(SubscriptionFilter.parse("a"), QOS));
        late.complete(Authorization.IGNORE);
        loop.forEach(Runnable::run);
        assertThat(publish).isCompletedWithValue(DENIED);
        assertThat(subscribe).isCompletedWithValue(DENIED);
        assertThat(control.counts()).isEqualTo(new AccessCounts(0, 0, 0, 1, 1));
    }

    private AccessControl control(AccessSettings settings) {
        return new AccessControl(settings, hooks, new BannedClients(1, java.time.InstantSource.system()), timer);
    }

    private ClientAccess open(AccessControl by) {
        return by.open(CLIENT, loop::add);
    }

    private void advance(int seconds) {
        for (int i = 0; i < seconds; i++) {
            control.advance();
        }
    }

    private Authorizer answering(Authorization answer) {
        return (client, request) -> {
            asked.add(request);
            return answer.now();
        };
    }

    private static CompletableFuture<Decided> pending(AccessDecision decision) {
        assertThat(decision).isInstanceOf(Pending.class);
        return ((Pending) decision).later().toCompletableFuture();
    }
}
