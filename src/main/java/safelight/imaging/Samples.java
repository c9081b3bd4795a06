package safelight.imaging;

import java.util.Base64;

/// A black square of 16x16 in each format, to find out by trying what can be read here.
final class Samples {
    private static final String JPEG =
            """
            /9j/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0
            Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIy
            MjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAA
            AAj/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAA
            AAAAAAAAAAD/2gAMAwEAAhEDEQA/AJ/AB//Z
            """;

    private static final String PNG =
            """
            iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEElE
            QVQokWNgGAWjYBTAAAADEAABC3uRhAAAAABJRU5ErkJggg==
            """;

    private static final String WEBP =
            """
            UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoQABAAAgA0JaQAA3AA/vv9UAA=
            """;

    private static final String AVIF =
            """
            AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOptZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0
            AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAEOAAEAAAAAAAAA
            GQAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGF2MDEAAAAAamlwcnAAAABLaXBjbwAAABNjb2xy
            bmNseAACAAIABoAAAAAMYXYxQ4EADAAAAAAUaXNwZQAAAAAAAAAQAAAAEAAAABBwaXhpAAAAAAMICAgA
            AAAXaXBtYQAAAAAAAAABAAEEgYIDhAAAACFtZGF0EgAKCRgM/9ggQEDQgDIKGAAAAEAAqY5ZpA==
            """;

    private static final String HEIC =
            """
            AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0
            AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAACAAAAEGlkYXQAAAAAABAAEAAAADhpbG9jAQAAAERAAAIA
            AQAAAAAAAAHRAAEAAAAAAAAAKwACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5m
            ZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MB
            A3AAAAAAAAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEMAf//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQED
            cAAAAwCQAAADAAADAB6gIIEFluqumubgQEDAgAAAAwCAAAADAIQiAAEABkQBwXPBiQAAABRpc3BlAAAA
            AAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAA
            AgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGltZwACAAEAAQAAADNtZGF0AAAAJygBrxMhMZb4TlCn
            //1nhc0MlUxauU+lc90KUJNyfrj+8oeTxWKC4A==
            """;

    private static final String GIF =
            """
            R0lGODlhEAAQAIAAAEdwTAAAACH/C05FVFNDQVBFMi4wAwEAAAAh+QQFAAAAACwAAAAAEAAQAAACDoyP
            qcvtD6OctNqLsz4FADs=
            """;

    private static final String TIFF =
            """
            SUkqADgAAACAACBQOCQWDQeEQmFQuGQ2HQ+IRGJROKRWLReMRmNRuOR2PR+QSGRSOSSWTRuAgAAQAAAB
            AwABAAAAEAAAAAEBAwABAAAAEAAAAAIBAwADAAAADgEAAAMBAwABAAAABQAAAAYBAwABAAAAAgAAABEB
            BAABAAAACAAAABIBAwABAAAAAQAAABUBAwABAAAAAwAAABYBAwABAAAAgAAAABcBBAABAAAALwAAABoB
            BQABAAAA/gAAABsBBQABAAAABgEAABwBAwABAAAAAQAAACgBAwABAAAAAwAAAD0BAwABAAAAAgAAAFMB
            AwADAAAAFAEAAAAAAAAKAAAAAQAAAAoAAAABAAAACAAIAAgAAQABAAEA
            """;

    private static final String MOVING_GIF =
            """
            R0lGODlhEAAQAIAAAEdwTAAAACH/C05FVFNDQVBFMi4wAwEAAAAh+QQFCgAAACwAAAAAEAAQAAACDoyPqcvtD6Oc
            tNqLsz4FACH5BAUUAAAALAAAAAAQABAAgEdwTP///wIOjI+py+0Po5y02ouzPgUAOw==
            """;

    // lossless
    private static final String MOVING_WEBP =
            """
            UklGRoQAAABXRUJQVlA4WAoAAAACAAAADwAADwAAQU5JTQYAAAD/////AABBTk1GJgAAAAAAAAAAAA8AAA8AAGQA
            AAJWUDhMDgAAAC8PwAMABxAR/Q9ERP8DQU5NRioAAAAAAAAAAAAPAAAPAADIAAAAVlA4TBEAAAAvD8ADAAfQ//73
            v/+BiOh/AAA=
            """;

    private Samples() {}

    /// Two frames, black for 100 ms and white for 200.
    static byte[] moving(Format format) {
        return Base64.getMimeDecoder()
                .decode(
                        switch (format) {
                            case GIF -> MOVING_GIF;
                            case WEBP -> MOVING_WEBP;
                            case JPEG, PNG, AVIF, HEIC, TIFF ->
                                    throw new IllegalArgumentException("no animation: " + format);
                        });
    }

    static byte[] of(Format format) {
        return Base64.getMimeDecoder()
                .decode(
                        switch (format) {
                            case JPEG -> JPEG;
                            case PNG -> PNG;
                            case WEBP -> WEBP;
                            case AVIF -> AVIF;
                            case HEIC -> HEIC;
                            case GIF -> GIF;
                            case TIFF -> TIFF;
                        });
    }
}
