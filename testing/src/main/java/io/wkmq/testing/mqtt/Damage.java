package io.wkmq.testing.mqtt;

import java.util.Arrays;
import java.util.Random;

/** Corrupts valid packets at random. */
public final class Damage {
    private static final int CHANGES_MAX = 3;
    private static final int BYTE_VALUES = 256;

    private Damage() {}

    /** Returns the packet with one to three changes: a changed byte or bit, an extra byte, or a truncation. */
    public static byte[] of(byte[] packet, Random random) {
        byte[] changed = packet.clone();
        for (int changes = 1 + random.nextInt(CHANGES_MAX); changes > 0; changes--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(4)) {
                case 0 -> changed[at] = (byte) random.nextInt(BYTE_VALUES);
                case 1 -> changed[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                case 2 -> changed = Arrays.copyOf(changed, Math.max(1, at));
                default -> {
                    byte[] longer = Arrays.copyOf(changed, changed.length + 1);
                    System.arraycopy(changed, at, longer, at + 1, changed.length - at);
                    longer[at] = (byte) random.nextInt(BYTE_VALUES);
                    changed = longer;
                }
            }
        }
        return changed;
    }
}
