"""The words that releases are tagged with, as (pattern, value) tables; `_` in a pattern is one separator or none."""


def word_set(words: str) -> frozenset[str]:
    """The words that spaces separate."""
    return frozenset(words.split())


# Titles that end in a word of these tables, as keys of their letters.
TITLES_LIKE_TAGS = word_set("thegoodgerman madmax theenglish")

# Titles that begin with a year, as keys: without these, `1979.Alien` would be read like them.
YEARS_OF_TITLES = word_set(
    "1776 1984 1917 1922 1941 2012 2046 2001aspaceodyssey 2010theyearwemakecontact 2010themoviebegins "
    "2012doomsday 2012iceage 2012supernova 2036originunknown 2020texasgladiators 2019afterthefallofnewyork "
    "1990thebronxwarriors 1971themarch 1911revolution 1492conquestofparadise"
)

# Words of titles too, but seldom right before words of a release.
SURE_NOISE = word_set(
    "limited internal festival complete dubbed subbed uncut stv custom retail subs sub dub hybrid"
)
UNMISTAKABLE_NOISE = word_set(
    "dubbed subbed hardsub hardsubs softsub softsubs subforced rarbg ntsc ac3d eac3d msubs"
)

# Short words that are no words of titles in any spelling.
SURE_LANGUAGES = word_set("rus eng ita ger fra fre spa esp jpn jap kor chi ukr hun cze")

# Strong words end a title wherever they stand.
RESOLUTIONS = (
    (r"(?:[0-9]{3,4}[x×])?4320[pi]?|8k", "4320p"),
    (r"(?:3840|4096)[x×][0-9]{4}|2160[pi]|4k(?:_uhd)?|uhd", "2160p"),
    (r"1440[pi]|2560[x×]1440", "1440p"),
    (r"1080p(?:[0-9]{2})?|(?:1920|1440)[x×][0-9]{3,4}[pi]?|fhd|fullhd|full_hd", "1080p"),
    (r"1080i(?:[0-9]{2})?", "1080i"),
    (r"720[pi](?:[0-9]{2})?|(?:1280|960)[x×][0-9]{3}p?|hd720", "720p"),
    (r"576[pi]|[0-9]{3,4}[x×]576", "576p"),
    (r"540[pi]|960x540", "540p"),
    (r"480[pi]|[0-9]{3}[x×]480", "480p"),
    (r"360[pi]|[0-9]{3}[x×]3[0-9]{2}", "360p"),
)
SOURCES = (
    (r"(?:uhd_)?(?:bd|bluray|blu_ray)_remux|bd_mux", "Blu-ray Remux"),
    (
        r"(?:uhd_)?blu_ray(?:_rip)?|bd(?:_rip|25|50|66|100)|br_rip|bdmv|uhdrip|bd(?=_(?:1080|720|2160))",
        "Blu-ray",
    ),
    (r"remux", "Remux"),
    (r"web_dl(?:_rip)?|webhd|web_hd", "WEB-DL"),
    (r"web_rip|web_cap|vod_rip|vodrip", "WEBRip"),
    (r"hd_tv(?:_rip)?|ahdtv|hdtvrip|uhdtv(?:_rip)?", "HDTV"),
    (r"pdtv|dsr(?:ip)?|sat_rip|dvb_rip|dvb[sct]?|tv_rip|dth_rip|dtv(?:_rip)?|iptv(?:_rip)?|tvrip", "TV"),
    (r"hd_dvd(?:_rip)?", "HD DVD"),
    (r"dvd_scr(?:eener)?|screener|bd_scr|web_screener", "Screener"),
    (r"dvd(?:_rip|_r|5|9|_mux|_remux|_full)|ntsc_dvd|pal_dvd", "DVD"),
    (r"vhs(?:_rip)?|vhs_scr", "VHS"),
    (r"laser_disc(?:_rip)?|ld_rip", "LaserDisc"),
    (r"(?:hd_)?cam_rip|hd_cam|hq_cam", "Cam"),
    (r"tele_sync|hd_ts|ts_rip|pdvd(?:_rip)?", "Telesync"),
    (r"tele_cine|hd_tc", "Telecine"),
    (r"workprint", "Workprint"),
    (r"hd_rip|hdlight|mhd|microhd|µhd|m_hd", "HDRip"),
    (r"r5", "R5"),
    (r"ppv(?:_rip)?", "PPV"),
)
VIDEO_CODECS = (
    (r"x\.?264|h_264|avc(?:hd)?|hi10p?|hi422p?", "H.264"),
    (r"x\.?265|h_265|hevc(?:10)?|x265_10bit|ma10p|ma444p?", "H.265"),
    (r"x\.?266|h_266|vvc", "H.266"),
    (r"av1|svt_av1", "AV1"),
    (r"vp8", "VP8"),
    (r"vp9", "VP9"),
    (r"xvid", "Xvid"),
    (r"divx[0-9]?", "DivX"),
    (r"mpeg_2|h_262", "MPEG-2"),
    (r"mpeg_4", "MPEG-4"),
    (r"vc_1", "VC-1"),
)
_CHANNELS = r"(?:_[1-9]_[0-2](?:_[0-6])?(?:ch)?)?"
AUDIO_CODECS = (
    (rf"true_hd(?:_atmos)?{_CHANNELS}(?:_atmos)?", "TrueHD"),
    (rf"dts_hd(?:_(?:ma|hra?))?{_CHANNELS}", "DTS-HD"),
    (rf"dts_x{_CHANNELS}", "DTS:X"),
    (rf"dts(?:_es|_ma)?{_CHANNELS}", "DTS"),
    (rf"(?:dd\+|ddp|ddpa|e_ac_3|dolby_digital_plus){_CHANNELS}(?:_atmos)?", "E-AC-3"),
    (rf"(?:dd(?=_[0-9])|ac_3d?|dolby_digital){_CHANNELS}", "AC-3"),
    (r"atmos", "Atmos"),
    (rf"(?:he_)?aac(?:_lc)?{_CHANNELS}", "AAC"),
    (rf"flac{_CHANNELS}", "FLAC"),
    (rf"opus{_CHANNELS}", "Opus"),
    (rf"l?pcm{_CHANNELS}", "PCM"),
    (r"mp3", "MP3"),
    (rf"vorbis{_CHANNELS}|ogg", "Vorbis"),
)
BIT_DEPTHS = ((r"10_bits?|yuv420p10", "10"), (r"8_bits?", "8"), (r"12_bits?", "12"))
HDR_STRONG = (
    (r"hdr10(?:\+|p(?![a-z])|plus)", "HDR10+"),
    (r"hdr10", "HDR10"),
    (r"dolby_vision|dovi|dv_hdr(?:10)?|hdr_dv", "Dolby Vision"),
)
SERVICES_STRONG = (
    (r"amzn", "Amazon Prime Video"),
    (r"dsnp|dsny", "Disney+"),
    (r"hmax|hbomax", "Max"),
    (r"atvp|aptv", "Apple TV+"),
    (r"pcok", "Peacock"),
    (r"pmtp", "Paramount+"),
)

# Weak words are words of titles too: they count beside strong ones, never alone.
SERVICES_WEAK = (
    (r"nf|netflix", "Netflix"),
    (r"amazon", "Amazon Prime Video"),
    (r"disney\+", "Disney+"),
    (r"max", "Max"),
    (r"hulu", "Hulu"),
    (r"atv", "Apple TV+"),
    (r"cr", "Crunchyroll"),
    (r"ip|bbc_iplayer", "BBC iPlayer"),
    (r"it", "iTunes"),
    (r"stan", "Stan"),
    (r"all4", "Channel 4"),
    (r"rkt|roku", "Roku"),
    (r"ma", "Movies Anywhere"),
    (r"red", "YouTube Red"),
    (r"sho|showtime", "Showtime"),
    (r"starz|stz", "Starz"),
    (r"crav", "Crave"),
    (r"hbo", "HBO"),
    (r"fune|funi", "Funimation"),
    (r"hidi|hidive", "HIDIVE"),
    (r"cc", "Comedy Central"),
    (r"viki", "Viki"),
    (r"mubi", "MUBI"),
    (r"crit", "Criterion Channel"),
    (r"skst", "SkyShowtime"),
    (r"now", "NOW"),
    (r"kp", "Kinopoisk"),
    (r"bili|b_global", "Bilibili"),
    (r"arte", "ARTE"),
    (r"zdf", "ZDF"),
)
SOURCES_WEAK = (
    (r"web", "WEB-DL"),
    (r"dvd", "DVD"),
    (r"bd|brd", "Blu-ray"),
    (r"cam", "Cam"),
    (r"ts|tsrip", "Telesync"),
    (r"tc", "Telecine"),
    (r"tv|sd_tv", "TV"),
    (r"hd|sd|hq", ""),
)
HDR_WEAK = ((r"hdr", "HDR"), (r"dv", "Dolby Vision"), (r"hlg", "HLG"), (r"sdr", "SDR"), (r"pq", "PQ"))
PROPERS = ((r"proper|repack[0-9]?|rerip|real_proper|rerelease", "2"),)
LANGUAGES = (
    (r"multi[0-9]?|multi_(?:lang|audio|subs?)|dual(?:_audio)?|dl|ml|tri_audio", "mul"),
    (r"english|eng|inglese|anglais", "en"),
    (r"german|deutsch|ger|deu|germ", "de"),
    (
        r"french|true_french|fran[cç]ais|fra|fre|vff|vfq|vf2|vfi|vof|vf|subfrench|vost_fr|fastsub_vostfr|vostf",
        "fr",
    ),
    (r"spanish|espa[nñ]ol|castellano|latino|esp|spa|cast|vose|lat|esp_lat", "es"),
    (r"italian|italiano|ita", "it"),
    (r"portuguese|portugues|pt_br|dublado|legendado|por|nacional", "pt"),
    (r"dutch|nederlands|nld|nl_subs?|nl", "nl"),
    (
        r"russian|rus|русский|рус|дубляж|дублированный|лицензия|многоголосый|двухголосый|mvo|dvo|avo|d?ub_rus",
        "ru",
    ),
    (r"ukrainian|ukr|український|укр", "uk"),
    (r"polish|polski|pol|pl|pldub|plsub|lektor_pl|lektor", "pl"),
    (r"czech|cesky|česky|cze|cz", "cs"),
    (r"hungarian|magyar|hun", "hu"),
    (r"turkish|turkce|türkçe|tur", "tr"),
    (r"swedish|svenska|swe|swesub", "sv"),
    (r"danish|dansk|dan", "da"),
    (r"norwegian|norsk|nor", "no"),
    (r"nordic|norse", "mul"),
    (r"finnish|suomi|fin", "fi"),
    (r"japanese|jap|jpn|ja|日本語|日语|日語", "ja"),
    (r"korean|kor|한국어", "ko"),
    (
        r"chinese|mandarin|chi|chs|cht|big5|gb|国语|國語|国配|国英双语|中英双字|中英字幕|中文字幕|中字|简体|繁體|繁体|双语",
        "zh",
    ),
    (r"cantonese|粤语|粵語", "zh"),
    (r"hindi|hin", "hi"),
    (r"tamil", "ta"),
    (r"telugu", "te"),
    (r"arabic|ara", "ar"),
    (r"hebrew|heb", "he"),
    (r"greek|gre", "el"),
    (r"thai|tha", "th"),
    (r"vietnamese|vie", "vi"),
    (r"romanian|rum", "ro"),
    (r"ova_sub|字幕|吹替|生肉", "ja"),
)
NOISE = (
    r"internal|limited|complete|festival|stv|read_nfo|nfo_fix|dir_fix|sub_fix|real|hybrid|ai_upscale|upscaled?",
    r"dubbed|subbed|dub|subs?|synced|line(?:_dubbed)?|mic_dubbed|hardsubs?|softsubs?|hc|subforced|forced",
    r"custom|retail|obfuscated|rarbg|x?post|scrambled[0-9]*|sample|ntsc|pal|widescreen|ws|fs|full_screen|oar",
    r"3d|h(?:alf)?_sbs|h(?:alf)?_ou|sbs|hou|ac3d|eac3d|[1-9]_[01]ch|[257][ .]1|6ch|8ch|2ch|stereo|mono",
    r"[2-6][0-9]_(?:[0-9]{1,3})?_fps|hfr|[1-9][0-9]{2,4}_(?:mb|mib)|[0-9]{1,2}_[0-9]{1,2}_(?:gb|gib)|[0-9]_gb",
    r"e_subs?|msubs?|multi_subs?|vostmulti|dubs|doku|hdr_web|bonus|proof|untouched|encode|raw|end|fin",
    r"[0-9]{1,4}_kbps|crf[0-9]{2}|cbr|vbr",
)
EDITION_NOUN = r"(?:_(?:cut|edition|version|ed|remaster(?:ed)?))"
EDITIONS = (
    (rf"(?:the_)?director'?s?'?(?:_s)?{EDITION_NOUN}|dc", "Director's Cut"),
    (r"montage_du_r[ée]alisateur|montaje_del_director", "Director's Cut"),
    (r"(?:the_)?super_duper_(?:extended_)?cut", "Super Duper Cut"),
    (
        rf"(?:special_)?extended{EDITION_NOUN}?(?:_(?:cut|edition))?|langfassung|version_longue|versi[oó]n_extendida",
        "",
    ),
    (rf"theatrical{EDITION_NOUN}?|kinofassung|version_cin[ée]ma", ""),
    (rf"unrated{EDITION_NOUN}?|uncensored{EDITION_NOUN}?|uncut{EDITION_NOUN}?|ungek[uü]rzt|int[ée]grale", ""),
    (rf"ultimate(?:_(?:extended|director'?s|collector'?s|hunter'?s))?{EDITION_NOUN}", ""),
    (r"(?:the_)?final_cut", "Final Cut"),
    (rf"(?:[0-9]{{1,3}}(?:st|nd|rd|th)_)?anniversary{EDITION_NOUN}?", ""),
    (
        r"collector'?s_extended_(?:cut|edition)|extended_collector'?s_(?:cut|edition)"
        r"|(?:special|collector'?s|deluxe|limited|criterion|diamond|platinum|signature|fan|noir|rekall)_edition",
        "",
    ),
    (
        r"(?:digitally_|4k_)?remaster(?:ed)?(?:_(?:edition|version))?|4k_restor(?:ed|ation)|restored(?:_version)?",
        "",
    ),
    (r"criterion(?:_collection)?|cc_edition", "Criterion"),
    (
        r"(?:the_)?(?:rogue|assembly|producer'?s|international|alternate|alternative|original|snyder|ulysses|richard_donner)_cut",
        "",
    ),
    (
        r"(?:international|alternate|alternative|original|long|short|japanese|us|tv|bootleg|sing_along)_version",
        "",
    ),
    (r"redux", "Redux"),
    (r"imax(?:_(?:edition|enhanced|version))?", "IMAX"),
    (r"open_matte", "Open Matte"),
    (r"despeciali[sz]ed(?:_edition)?", "Despecialized Edition"),
    (r"(?:black_(?:and|&)_white|b&w|black_(?:and|&)_chrome)(?:_(?:edition|version))?", ""),
    (r"fan_edit|roadshow(?:_(?:edition|version))?|work_print_(?:cut|version)", ""),
)
