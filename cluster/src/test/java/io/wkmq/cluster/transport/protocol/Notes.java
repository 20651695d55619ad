package io.wkmq.cluster.transport.protocol;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Records the contents of frames. */
final class Notes implements FrameListener {
    private final List<Object> heard;

    Notes(List<Object> heard) {
        this.heard = heard;
    }

    /** A message received. */
    record Heard(long seq, Message message, boolean plain, List<SubscriptionFilter> groups) {}

    /** What is in a message, in a form that can be compared. */
    static List<Object> fields(Message message) {
        byte[] correlationData = message.properties().correlationData();
        return List.of(
                message.topic(),
                ByteBuffer.wrap(message.payload()),
                message.qos(),
                message.retain(),
                message.publisher(),
                message.acceptedAtMs(),
                message.number(),
                message.expiresAtMs(),
                message.properties().payloadIsUtf8(),
                Optional.ofNullable(message.properties().contentType()),
                Optional.ofNullable(message.properties().responseTopic()),
                Optional.ofNullable(correlationData == null ? null : ByteBuffer.wrap(correlationData)),
                message.properties().userProperties());
    }

    @Override
    public void open(int version, long stream, long lowest) {
        heard.add("open " + version + ' ' + stream + ' ' + lowest);
    }

    @Override
    public void opened(long received) {
        heard.add("opened " + received);
    }

    @Override
    public void message(long seq, Message message, boolean plain, List<SubscriptionFilter> groups) {
        heard.add(new Heard(seq, message, plain, groups));
    }

    @Override
    public void acknowledged(long seq) {
        heard.add("ack " + seq);
    }

    @Override
    public void groupRefused(long seq, int index) {
        heard.add("refused " + seq + ' ' + index);
    }

    @Override
    public void failed(long seq, String reason) {
        heard.add("failed " + seq + ' ' + reason);
    }

    @Override
    public void heartbeat(long lowest) {
        heard.add("heartbeat " + lowest);
    }
}
