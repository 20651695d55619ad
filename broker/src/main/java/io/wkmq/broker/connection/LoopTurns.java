package io.wkmq.broker.connection;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/** The {@link LoopTurn} of each event loop, made when the loop first needs it. */
final class LoopTurns {
    private final FastThreadLocal<@Nullable LoopTurn> turns = new FastThreadLocal<>();

    /** The turn of the loop whose thread the caller runs on. */
    LoopTurn here(EventLoop loop) {
        assert loop.inEventLoop();
        LoopTurn turn = turns.get();
        if (turn == null) {
            turn = new LoopTurn(loop);
            turns.set(turn);
        }
        return turn;
    }
}
