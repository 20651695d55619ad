package io.wkmq.channel.engine;

import java.io.IOException;

/** This node's replica of a group cannot be read now: it is being filled with what it has missed. */
public final class ReplicaBehindException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Of that group. */
    public ReplicaBehindException(int group) {
        super("The replica of group " + group + " is being filled with what it has missed, from another node");
    }
}
