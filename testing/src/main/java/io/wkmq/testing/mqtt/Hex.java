package io.wkmq.testing.mqtt;

import java.util.HexFormat;

/** Conversion between bytes and hex in the form {@code 10 0c 00 04}. */
public final class Hex {
    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");
    private static final HexFormat DENSE = HexFormat.of();

    private Hex() {}

    /** Parses hex digits; blanks between bytes are ignored. */
    public static byte[] parse(String hex) {
        return DENSE.parseHex(hex.replace(" ", ""));
    }

    /** Formats all bytes. */
    public static String of(byte[] bytes) {
        return SPACED.formatHex(bytes);
    }

    /** Formats the first {@code most} bytes, followed by the total number if that is larger. */
    public static String abbreviated(byte[] bytes, int most) {
        if (bytes.length <= most) {
            return of(bytes);
        }
        return SPACED.formatHex(bytes, 0, most) + " ... (" + bytes.length + " bytes)";
    }
}
