package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.util.BitSet;

/** Checks that the messages a subscriber receives carry the expected {@link Decorations}. Confined to the subscriber's event loop. */
final class PropertyCheck {
    private final Decorations expected;
    private final BitSet aliases = new BitSet();
    private int alias;
    private int userProperties;
    private boolean identified;

    PropertyCheck(Decorations expected) {
        this.expected = expected;
    }

    /** Forgets all topic aliases: they end with their connection [MQTT-3.3.2-7]. */
    void connected() {
        aliases.clear();
    }

    /**
     * Returns whether a message is complete.
     *
     * @param start the start of its properties
     * @param end the end of its properties
     * @param named whether it has a topic name
     */
    boolean complete(ByteBuf in, int start, int end, boolean named) {
        alias = 0;
        userProperties = 0;
        identified = false;
        int at = start;
        while (at < end) {
            at = read(in, at);
        }
        boolean known = named || (alias > 0 && aliases.get(alias));
        if (named && alias > 0) {
            aliases.set(alias);
        }
        return known
                && alias <= Decorations.ALIASES_MAX
                && userProperties == expected.userProperties()
                && identified == expected.subscriptionId();
    }

    private int read(ByteBuf in, int start) {
        int id = in.getUnsignedByte(start);
        int at = start + 1;
        switch (id) {
            case 0x01 -> at += 1;
            case 0x02 -> at += 4;
            case 0x03, 0x08, 0x09 -> at = behindText(in, at);
            case 0x0B -> {
                identified = in.getUnsignedByte(at) == Decorations.SUBSCRIPTION_ID;
                at++;
                while (in.getByte(at - 1) < 0) {
                    at++;
                }
            }
            case 0x23 -> {
                alias = in.getUnsignedShort(at);
                at += 2;
            }
            case 0x26 -> {
                userProperties++;
                at = behindText(in, behindText(in, at));
            }
            default -> throw new DecoderException("The broker sent a PUBLISH with the unknown property " + id);
        }
        return at;
    }

    private static int behindText(ByteBuf in, int start) {
        return start + 2 + in.getUnsignedShort(start);
    }
}
