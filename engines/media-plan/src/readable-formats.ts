/**
 * What is read: containers and codecs that ffmpeg decodes by itself and that cannot name other files. Playlists, image
 * sequences, concatenation lists and devices are formats too, to ffprobe; they are not here.
 */
export const READABLE_CONTAINERS: ReadonlySet<string> = new Set(
  'mov mp4 m4a 3gp 3g2 mj2 matroska webm avi mpegts mpeg flv asf ogg mp3 wav flac aac aiff mxf'.split(' '),
);

const VIDEO_CODECS: ReadonlySet<string> = new Set(
  (
    'h264 hevc av1 vp8 vp9 vp6 vp6f mpeg1video mpeg2video mpeg4 msmpeg4v1 msmpeg4v2 msmpeg4v3 h263 h261 flv1 theora ' +
    'wmv1 wmv2 wmv3 vc1 mjpeg prores dnxhd dvvideo cfhd ffv1 ffvhuff huffyuv utvideo rawvideo v210 qtrle png cinepak svq1 svq3 ' +
    'indeo3 indeo5 jpeg2000 magicyuv'
  ).split(' '),
);

const AUDIO_CODECS: ReadonlySet<string> = new Set(
  (
    'aac mp3 mp2 mp1 ac3 eac3 dts truehd opus vorbis flac alac speex wmav1 wmav2 wmapro wmavoice wmalossless amr_nb amr_wb ' +
    'gsm gsm_ms nellymoser qdm2 qdmc cook wavpack tta mace3 mace6'
  ).split(' '),
);

const TEXT_SUBTITLES: ReadonlySet<string> = new Set('subrip srt ass ssa mov_text webvtt text'.split(' '));

export const isReadableVideo = (codec: string): boolean => VIDEO_CODECS.has(codec);
export const isReadableAudio = (codec: string): boolean => AUDIO_CODECS.has(codec) || /^(pcm|adpcm)_[a-z0-9_]+$/.test(codec);
export const isTextSubtitle = (codec: string): boolean => TEXT_SUBTITLES.has(codec);
