package io.wkmq.broker.connection;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The {@link LoopTurn} of each event loop, created on first use. Thread-safe. */
final class LoopTurns {
    private final FastThreadLocal<@Nullable LoopTurn> turns = new FastThreadLocal<>();
    private final List<LoopTurn> all = new CopyOnWriteArrayList<>();

    /** Returns the turn of the loop on whose thread the caller runs. */
    LoopTurn here(EventLoop loop) {
        assert loop.inEventLoop();
        LoopTurn turn = turns.get();
        if (turn == null) {
            turn = new LoopTurn(loop);
            turns.set(turn);
            all.add(turn);
        }
        return turn;
    }

    /** Returns the traffic summed over all loops. */
    Map<TrafficCounter, Long> traffic() {
        Map<TrafficCounter, Long> sums = new EnumMap<>(TrafficCounter.class);
        for (TrafficCounter counter : TrafficCounter.values()) {
            long sum = 0;
            for (LoopTurn turn : all) {
                sum += turn.traffic().count(counter);
            }
            sums.put(counter, sum);
        }
        return sums;
    }
}
