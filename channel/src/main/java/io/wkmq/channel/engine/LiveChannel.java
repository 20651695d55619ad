package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelState;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Retention;

/** A channel that is in use. Belongs to its group's loop, but for the tail. */
final class LiveChannel {
    final ChannelState state;
    final Tail tail;

    /** What is to be kept. Any thread. */
    volatile Retention retention;

    /** How many readers use it. */
    int pins;

    /** Whether it has changed since its tail was moved on. */
    boolean touched;

    LiveChannel(ChannelState state) {
        this.state = state;
        Position position = state.position();
        this.tail = new Tail(state.channel(), position.first(), position.next());
        this.retention = state.rules().retention();
    }

    void advance() {
        touched = false;
        retention = state.rules().retention();
        Position position = state.position();
        tail.advance(position.first(), position.next());
    }
}
