package io.wkmq.session;

import io.wkmq.channel.ChannelLog;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Interest;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The sessions of a node on manual shards, surrounded by fakes. Whatever the test does is completed at once. */
final class TestNode {
    static final long START_MS = 1_700_000_000_000L;

    final ManualClock clock;
    final ManualShards shards;
    final MemoryDirectory directory = new MemoryDirectory();
    final MemoryRetained retained = new MemoryRetained();
    final Map<String, ChannelLog> channels = new HashMap<>();
    /** What other nodes are told, in order. */
    final List<Interest> interests = new ArrayList<>();

    final OtherNodes otherNodes = new OtherNodes();
    final SlowNodes routesKnown = new SlowNodes();
    final RouteTable<ShardSubscribers> routes;
    final Sessions sessions;
    private boolean runsAtOnce = true;

    TestNode(TestConfig config, int shardCount, ManualClock clock, @Nullable SessionStore store) {
        this.clock = clock;
        this.shards = new ManualShards(shardCount, clock);
        this.routes = new RouteTable<>(
                shardCount,
                new NodeId(new UUID(0, 9)),
                (share, filter, members, online) -> interests.add(new Interest(share, filter, members, online)));
        this.sessions = new Sessions(
                config.build(),
                shards.executors(),
                new SessionEnvironment(
                        "node@test",
                        clock,
                        routes,
                        otherNodes,
                        directory,
                        store,
                        retained,
                        topic -> channels.get(topic.text()),
                        routesKnown));
    }

    /** One shard, no store. */
    static TestNode inMemory() {
        return inMemory(new TestConfig());
    }

    static TestNode inMemory(TestConfig config) {
        return new TestNode(config, 1, new ManualClock(START_MS), null);
    }

    /** One shard with a store. */
    static TestNode with(MemoryStore store) {
        return new TestNode(new TestConfig(), 1, new ManualClock(START_MS), store);
    }

    /** The node after a restart on the same store, at the same time. */
    TestNode restarted(MemoryStore store) {
        TestNode node = new TestNode(new TestConfig(), shards.executors().size(), clock, store);
        node.sessions.restore();
        node.shards.runAll();
        return node;
    }

    TestClient client(String clientId) {
        return new TestClient(this, clientId);
    }

    /** Another node wants a topic: completing the future says that it has got, or not got, all that was forwarded. */
    CompletableFuture<Long> otherNodeWants(String topic) {
        otherNodes.exist();
        routes.change(
                new NodeId(new UUID(0, 1)),
                ShareStrategy.ROUND_ROBIN,
                List.of(new Interest(null, TopicFilter.of(topic), 1, 0)));
        CompletableFuture<Long> got = new CompletableFuture<>();
        var unused = got.whenComplete((count, failure) -> otherNodes.sent.forEach(sent -> {
            if (failure == null) {
                sent.handOver().done();
            } else {
                sent.handOver().failed(String.valueOf(failure.getMessage()));
            }
        }));
        return got;
    }

    /** From now on tasks wait until {@link #run}. */
    void runLater() {
        runsAtOnce = false;
    }

    void run() {
        shards.runAll();
    }

    void settle() {
        if (runsAtOnce) {
            shards.runAll();
        }
    }

    /** Publishes as the broker itself. */
    void publish(String topic, Qos qos, String payload) {
        shards.on(0, () -> sessions.publish(message(topic, qos, payload, false), HandOver.NONE));
        settle();
    }

    /** Makes the topic's retained message. */
    void retain(String topic, Qos qos, String payload) {
        retained.retain(message(topic, qos, payload, true), HandOver.NONE);
    }

    Message message(String topic, Qos qos, String payload, boolean retain) {
        return new Message(
                TopicName.of(topic),
                payload.getBytes(StandardCharsets.UTF_8),
                qos,
                retain,
                MessageProperties.NONE,
                "node@test",
                clock.millis(),
                Message.NEVER);
    }

    /** Closes the client's connection and ends its session, if it has one, when the shard comes to it. */
    void endSession(String clientId, ReasonCode reason) {
        sessions.withSession(
                clientId, session -> session.ifPresent(found -> found.lifetime().end(reason)));
    }

    long dropped(DropReason reason) {
        return sessions.stats().dropped().getOrDefault(reason, 0L);
    }
}
