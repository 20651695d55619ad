package io.wkmq.session;

import io.wkmq.routing.Qos;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A connection that records what it is given, one line per packet: {@code PUBLISH topic q1 #5 payload}, with {@code dup}, {@code retain}
 * and {@code ids} where they apply; {@code PUBACK 5 SUCCESS}. Like a real one it ignores writes after it was closed.
 */
final class RecordingLink implements ClientLink {
    private final List<String> lines = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private @Nullable ReasonCode closed;
    private boolean writable = true;
    private int writableFor = Integer.MAX_VALUE;
    private Runnable onClose = () -> {};
    private int pauses;
    private Predicate<Delivery> tooLarge = delivery -> false;

    @Override
    public boolean publish(Delivery delivery, boolean duplicate) {
        if (tooLarge.test(delivery)) {
            return false;
        }
        StringBuilder line = new StringBuilder("PUBLISH ")
                .append(delivery.message().topic())
                .append(" q")
                .append(delivery.qos().code());
        if (delivery.packetId() != 0) {
            line.append(" #").append(delivery.packetId());
        }
        line.append(' ').append(new String(delivery.message().payload(), StandardCharsets.UTF_8));
        if (duplicate) {
            line.append(" dup");
        }
        if (delivery.retain()) {
            line.append(" retain");
        }
        if (delivery.subscriptionIdentifiers().length > 0) {
            int[] ids = delivery.subscriptionIdentifiers().clone();
            Arrays.sort(ids);
            line.append(" ids").append(Arrays.toString(ids));
        }
        if (closed == null) {
            deliveries.add(delivery);
        }
        write(line.toString());
        if (--writableFor <= 0) {
            writable = false;
        }
        return true;
    }

    @Override
    public void acknowledge(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {
        write((qos == Qos.AT_LEAST_ONCE ? "PUBACK " : "PUBREC ") + packetId + ' ' + reason);
    }

    @Override
    public void release(int packetId, ReasonCode reason) {
        write("PUBREL " + packetId + ' ' + reason);
    }

    @Override
    public void complete(int packetId, ReasonCode reason) {
        write("PUBCOMP " + packetId + ' ' + reason);
    }

    @Override
    public void pause() {
        pauses++;
    }

    @Override
    public void resume() {
        pauses--;
    }

    boolean paused() {
        if (pauses < 0 || pauses > 1) {
            throw new IllegalStateException("The link is paused " + pauses + " times; expected each pause to end once");
        }
        return pauses > 0;
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public void close(ReasonCode reason, @Nullable String reasonString) {
        if (closed == null) {
            closed = reason;
            onClose.run();
        }
    }

    private void write(String line) {
        if (closed == null) {
            lines.add(line);
        }
    }

    void writable(boolean now) {
        writable = now;
        writableFor = Integer.MAX_VALUE;
    }

    /** Writable for that many PUBLISHes more. */
    void writableFor(int publishes) {
        writable = publishes > 0;
        writableFor = publishes;
    }

    void tooLarge(Predicate<Delivery> test) {
        tooLarge = test;
    }

    void onClose(Runnable action) {
        onClose = action;
    }

    @Nullable
    ReasonCode closed() {
        return closed;
    }

    /** What was written since this was last asked. */
    List<String> take() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    /** Every PUBLISH that was ever written. */
    List<Delivery> deliveries() {
        return deliveries;
    }
}
