package io.wkmq.session;

import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An MQTT client of a {@link TestNode}: its connect settings, its connection, and the packets it sends. */
final class TestClient implements ConnectCallback {
    private final TestNode node;
    private final String clientId;
    private boolean cleanStart = true;
    private long expirySeconds;
    private int receiveMaximum = 65_535;
    private @Nullable Will will;
    private @Nullable RecordingLink link;
    private @Nullable Session session;
    private boolean sessionPresent;
    private @Nullable ReasonCode refused;
    private final List<List<ReasonCode>> subacks = new ArrayList<>();

    TestClient(TestNode node, String clientId) {
        this.node = node;
        this.clientId = clientId;
    }

    /** The next CONNECT resumes the session, which outlives its connection by that much. */
    TestClient expiry(long seconds) {
        cleanStart = false;
        expirySeconds = seconds;
        return this;
    }

    TestClient cleanStart(boolean clean) {
        cleanStart = clean;
        return this;
    }

    TestClient receiveMaximum(int maximum) {
        receiveMaximum = maximum;
        return this;
    }

    TestClient will(@Nullable Will last) {
        will = last;
        return this;
    }

    static Will will(String topic, String payload, long delaySeconds) {
        return new Will(
                TopicName.of(topic),
                payload.getBytes(StandardCharsets.UTF_8),
                Qos.AT_LEAST_ONCE,
                false,
                MessageProperties.NONE,
                -1,
                delaySeconds);
    }

    TestClient connect() {
        return connect(new RecordingLink());
    }

    TestClient connect(RecordingLink to) {
        link = to;
        refused = null;
        ConnectRequest request = new ConnectRequest(clientId, null, cleanStart, expirySeconds, receiveMaximum, will);
        node.shards.on(shard(), () -> node.sessions.connect(request, to, this));
        node.settle();
        return this;
    }

    @Override
    public void connected(Session opened, boolean present) {
        session = opened;
        sessionPresent = present;
    }

    @Override
    public void refused(ReasonCode reason, String reasonString) {
        refused = reason;
    }

    /** Whether a CONNECT was answered with success. */
    boolean opened() {
        return session != null;
    }

    boolean sessionPresent() {
        return sessionPresent;
    }

    @Nullable
    ReasonCode refused() {
        return refused;
    }

    TestClient publish(String topic, Qos qos, int packetId, String payload) {
        return publish(topic, qos, packetId, payload, false, -1);
    }

    TestClient publish(String topic, Qos qos, int packetId, String payload, boolean retain, long expiry) {
        act(s -> s.publish(new Publication(
                packetId,
                false,
                TopicName.of(topic),
                payload.getBytes(StandardCharsets.UTF_8),
                qos,
                retain,
                MessageProperties.NONE,
                expiry)));
        return this;
    }

    TestClient subscribe(String filter, Qos qos) {
        return subscribe(filter, SubscriptionOptions.mqtt3(qos));
    }

    TestClient subscribe(String filter, SubscriptionOptions options) {
        SubscribeRequest request = new SubscribeRequest(SubscriptionFilter.parse(filter), options);
        act(s -> s.subscribe(List.of(request), subacks::add));
        return this;
    }

    TestClient unsubscribe(String... filters) {
        List<SubscriptionFilter> parsed =
                Arrays.stream(filters).map(SubscriptionFilter::parse).toList();
        act(s -> s.unsubscribe(parsed, subacks::add));
        return this;
    }

    TestClient puback(int packetId) {
        act(s -> s.acknowledged(packetId, ReasonCode.SUCCESS));
        return this;
    }

    TestClient pubrec(int packetId) {
        return pubrec(packetId, ReasonCode.SUCCESS);
    }

    TestClient pubrec(int packetId, ReasonCode reason) {
        act(s -> s.received(packetId, reason));
        return this;
    }

    TestClient pubrel(int packetId) {
        act(s -> s.release(packetId, ReasonCode.SUCCESS));
        return this;
    }

    TestClient pubcomp(int packetId) {
        act(s -> s.completed(packetId));
        return this;
    }

    TestClient disconnect() {
        return disconnect(DisconnectCause.NORMAL);
    }

    TestClient lose() {
        return disconnect(DisconnectCause.LOST);
    }

    TestClient disconnect(DisconnectCause cause) {
        RecordingLink ended = link();
        act(s -> s.disconnected(ended, cause));
        return this;
    }

    void act(java.util.function.Consumer<Session> action) {
        Session mine = session();
        node.shards.on(shard(), () -> action.accept(mine));
        node.settle();
    }

    /** The packets written since this was last asked. */
    List<String> packets() {
        return link().take();
    }

    /** The SUBACKs and UNSUBACKs since this was last asked, one after the other. */
    List<ReasonCode> subacks() {
        List<ReasonCode> all = subacks.stream().flatMap(List::stream).toList();
        subacks.clear();
        return all;
    }

    RecordingLink link() {
        return Objects.requireNonNull(link);
    }

    Session session() {
        return Objects.requireNonNull(session);
    }

    String clientId() {
        return clientId;
    }

    int inboundInFlight() {
        return node.shards.ask(shard(), () -> session().inboundInFlight());
    }

    int shard() {
        return node.sessions.shardOf(clientId);
    }

    SessionInfo info() {
        return found().orElseThrow();
    }

    boolean exists() {
        return found().isPresent();
    }

    private Optional<SessionInfo> found() {
        List<Optional<SessionInfo>> found = new ArrayList<>();
        node.sessions.find(clientId, found::add);
        node.run();
        return found.get(0);
    }
}
