package io.wkmq.cluster.hazelcast;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import java.nio.ByteBuffer;

/** Reads exactly the bytes of the handshake, then is replaced by Hazelcast's decoder. Owned by the connection's input thread. */
@SuppressWarnings("rawtypes") // Hazelcast's pipelines use raw types
final class GateDecoder extends InboundHandler<ByteBuffer, Void> {
    private static final int BUFFER_BYTES = 2_048;

    private final Gate gate;
    private final InboundHandler next;

    GateDecoder(Gate gate, InboundHandler next) {
        this.gate = gate;
        this.next = next;
    }

    @Override
    public void handlerAdded() {
        src = ByteBuffer.allocate(BUFFER_BYTES);
        readNoMoreThanMissing();
    }

    private void readNoMoreThanMissing() {
        src.clear().limit(Math.min(gate.missing(), BUFFER_BYTES));
    }

    @Override
    public HandlerStatus onRead() {
        src.flip();
        Gate.Step step = gate.receive(src);
        readNoMoreThanMissing();
        if (step == Gate.Step.PASS) {
            channel.inboundPipeline().replace(this, next);
        }
        // If refused, the output thread sends the refusal and closes the connection.
        return step == Gate.Step.CLOSE ? HandlerStatus.BLOCKED : HandlerStatus.CLEAN;
    }

    @Override
    public void interceptError(Throwable error) {
        gate.failed(error);
    }
}
