package io.wkmq.broker.codec;

/**
 * The limits of a {@link MqttDecoder}.
 *
 * @param maxPacketSize the largest packet in bytes, including the fixed header
 * @param maxPacketSizeBeforeConnect the same until CONNECT is accepted; also the number of bytes buffered while decoding is
 *     suspended before the channel's reading stops
 * @param maxClientIdLength the longest client id in characters
 * @param payloadFormatChecked whether a payload declared to be UTF-8 must be well-formed UTF-8
 * @param fastPath whether plain packets are decoded in place; without it the result is the same, only slower
 */
public record DecoderLimits(
        int maxPacketSize,
        int maxPacketSizeBeforeConnect,
        int maxClientIdLength,
        boolean payloadFormatChecked,
        boolean fastPath) {
    /** The largest packet that MQTT allows: a fixed header of five bytes and 268 435 455 bytes. */
    public static final int LARGEST_PACKET = 268_435_460;

    /** Validates the limits. */
    public DecoderLimits {
        requireSize("maxPacketSize", maxPacketSize);
        requireSize("maxPacketSizeBeforeConnect", maxPacketSizeBeforeConnect);
        if (maxClientIdLength < 1 || maxClientIdLength > 65_535) {
            throw new IllegalArgumentException(
                    "maxClientIdLength is " + maxClientIdLength + "; expected 1 to 65535 characters");
        }
    }

    private static void requireSize(String name, int bytes) {
        if (bytes < 32 || bytes > LARGEST_PACKET) {
            throw new IllegalArgumentException(name + " is " + bytes + "; expected 32 to " + LARGEST_PACKET + " bytes");
        }
    }

    /** Returns 1 MiB, 128 KiB before CONNECT is accepted, client ids of 1024 characters, payloads unchecked, fast path on. */
    public static DecoderLimits defaults() {
        return new DecoderLimits(1 << 20, 1 << 17, 1024, false, true);
    }
}
