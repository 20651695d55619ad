package io.wkmq.testing.mqtt;

import java.util.HexFormat;

/** Bytes as people write them: {@code 10 0c 00 04}. */
public final class Hex {
    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");
    private static final HexFormat DENSE = HexFormat.of();

    private Hex() {}

    /** Reads hex digits; blanks between bytes are ignored. */
    public static byte[] parse(String hex) {
        return DENSE.parseHex(hex.replace(" ", ""));
    }

    /** All bytes. */
    public static String of(byte[] bytes) {
        return SPACED.formatHex(bytes);
    }

    /** The first bytes, with a note how many there are if not all are shown. */
    public static String abbreviated(byte[] bytes, int most) {
        if (bytes.length <= most) {
            return of(bytes);
        }
        return SPACED.formatHex(bytes, 0, most) + " ... (" + bytes.length + " bytes)";
    }
}
