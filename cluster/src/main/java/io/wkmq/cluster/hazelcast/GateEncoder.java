package io.wkmq.cluster.hazelcast;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.OutboundHandler;
import com.hazelcast.internal.nio.IOUtil;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/** Sends the handshake, then is replaced by Hazelcast's encoder. Run by one thread at a time, not always the same one. */
@SuppressWarnings("rawtypes") // Hazelcast's pipelines use raw types
final class GateEncoder extends OutboundHandler<Void, ByteBuffer> {
    private static final int BUFFER_BYTES = 4_096;

    private final Gate gate;
    private final OutboundHandler next;
    private BooleanSupplier allSent = () -> true;

    GateEncoder(Gate gate, OutboundHandler next) {
        this.gate = gate;
        this.next = next;
    }

    /** Delays closing the connection until the handler behind this one has sent everything. Called at most once, before use. */
    void closeAfter(BooleanSupplier sent) {
        allSent = sent;
    }

    @Override
    public void handlerAdded() {
        dst = ByteBuffer.allocate(BUFFER_BYTES).flip();
    }

    @Override
    public HandlerStatus onWrite() {
        IOUtil.compactOrClear(dst);
        try {
            boolean drained = dst.position() == 0;
            Gate.Step step = gate.send(dst);
            if (dst.position() > 0 || gate.sending()) {
                return HandlerStatus.DIRTY;
            }
            if (!drained || (step == Gate.Step.CLOSE && !allSent.getAsBoolean())) {
                return HandlerStatus.DIRTY;
            }
            return switch (step) {
                case WAIT, QUESTION -> HandlerStatus.BLOCKED;
                case PASS -> {
                    channel.outboundPipeline().replace(this, next);
                    yield HandlerStatus.CLEAN;
                }
                case CLOSE -> {
                    gate.close();
                    yield HandlerStatus.BLOCKED;
                }
            };
        } finally {
            dst.flip();
        }
    }

    @Override
    public void interceptError(Throwable error) {
        gate.failed(error);
    }
}
